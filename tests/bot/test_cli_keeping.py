"""The commands for taking out, keeping safe and forgetting, as an operator types them."""

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import sample
from bot.__main__ import main
from tests.bot import fhir_samples as fhir


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Paybot = Callable[..., Ended]


@pytest.fixture
def furnished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Paybot:
    """Runs a command in this process, in a data folder of its own with the sample practice in it."""
    for name in [name for name in os.environ if name.startswith("PAYBOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PAYBOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ended:
        capsys.readouterr()
        status = main(arguments)
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Ended(status, printed.out, printed.err)

    assert run("practice", "apply", str(sample.PRACTICE)).status == 0
    for kind, path in sample.FILES:
        assert run("import", kind, str(path)).status == 0
    return run


def test_fhir_comes_in_and_goes_again(furnished: Paybot, tmp_path: Path) -> None:
    file = fhir.written(tmp_path, fhir.patient(deceasedBoolean=True), fhir.benefits(coinsurance=28.104))
    tried = furnished("import", "fhir", str(file), "--dry-run")
    assert (tried.status, tried.out) == (0, "")
    assert "Nothing was written" in tried.err
    done = furnished("import", "fhir", str(file), "--practice", "harbor")
    assert done.status == 0
    assert done.out.strip().isdigit()
    assert "1 patients: 1 new" in done.err
    assert "1 of the patients have died" in done.err
    back = furnished("import", "undo", done.out.strip())
    assert (back.status, "Entries reversed in the books: 1." in back.err) == (0, True)


def test_fhir_that_is_none_is_refused_in_a_sentence(furnished: Paybot, tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text(json.dumps({"resourceType": "Observation", "id": "x"}), "utf-8")
    assert furnished("import", "fhir", str(tmp_path / "notes.json")).status == 1
    assert furnished("import", "fhir", str(tmp_path / "missing")).status == 1


def test_an_export_is_a_payments_file(furnished: Paybot) -> None:
    ended = furnished("export", "payments", "--practice", "harbor", "--since", "2026-01-01")
    assert ended.status == 0
    assert ended.out.splitlines() == ["payment_id,patient_id,paid_on,amount,method,charge_id,reference"]
    assert furnished("export", "payments", "--since", "last week").status == 2
    assert furnished("export", "payments", "--since", "2026-01-01", "--format", "xml").status == 2


def test_the_audit_is_verified(furnished: Paybot, tmp_path: Path) -> None:
    from bot.clock import utc_now
    from bot.keeping.audit_seals import seal
    from bot.store.engine import make_engine

    empty = furnished("audit", "verify")
    assert (empty.status, empty.out) == (0, "")
    assert "No seal has been set yet" in empty.err
    assert "not sealed yet" in empty.err
    assert furnished("audit", "verify", "--expect", "0" * 64).status == 1
    engine = make_engine(f"sqlite:///{tmp_path / 'data' / 'paybot.db'}")
    with engine.begin() as conn:
        assert seal(conn, utc_now()) > 0
    engine.dispose()
    sound = furnished("audit", "verify")
    assert sound.status == 0
    assert len(sound.out.strip()) == 64
    assert furnished("audit", "verify", "--expect", sound.out.strip()).status == 0
    assert furnished("audit", "verify", "--expect", "0" * 64).status == 1
    mistyped = furnished("audit", "verify", "--expect", "zzz")
    assert (mistyped.status, "--expect is a seal" in mistyped.err, "tampered" in mistyped.err) == (2, True, False)
    with closing(sqlite3.connect(tmp_path / "data" / "paybot.db", isolation_level=None)) as database:
        database.execute("DROP TRIGGER audit_update_refused")
        database.execute("UPDATE audit SET who = 'somebody else' WHERE id = 1")
    broken = furnished("audit", "verify")
    assert (broken.status, broken.out) == (1, "")
    assert "was changed" in broken.err


def test_a_backup_is_written_once(furnished: Paybot, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    ended = furnished("backup", str(file))
    assert (ended.status, ended.out.strip()) == (0, str(file))
    with closing(sqlite3.connect(file)) as copy:
        assert copy.execute("SELECT count(*) FROM people").fetchone()[0] > 0
    again = furnished("backup", str(file))
    assert (again.status, "never replaces" in again.err) == (1, True)


def test_a_purge_says_what_it_forgets(furnished: Paybot) -> None:
    tried = furnished("purge", "--dry-run")
    assert (tried.status, "dry run" in tried.err) == (0, True)
    done = furnished("purge")
    assert (done.status, "Backups made before still hold them" in done.err) == (0, True)


def test_holds_are_placed_listed_and_lifted(furnished: Paybot) -> None:
    placed = furnished("hold", "place", "P100", "--reason", "case 26-114")
    assert placed.status == 0
    listed = furnished("hold", "list").out
    assert "P100  case 26-114" in listed
    assert furnished("hold", "place", "nobody", "--reason", "x").status == 1
    assert furnished("hold", "place", "P100", "--reason", " ").status == 2
    assert furnished("hold", "lift", placed.out.strip()).status == 0
    assert furnished("hold", "lift", placed.out.strip()).status == 1
    assert furnished("hold", "list").out == ""


def test_check_prints_a_line_for_everything(furnished: Paybot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYBOT_MAIL_LISTEN", "")
    monkeypatch.setenv("PAYBOT_PUBLIC_URL", "http://127.0.0.1:9")
    ended = furnished("check")
    assert ended.status == 0
    assert all(line.startswith(("ok ", "warning ")) for line in ended.out.splitlines())
    assert "ok       practice harbor: Its file is complete." in ended.out


def test_check_tells_bad_settings_apart(furnished: Paybot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYBOT_SMS", "pigeon")
    ended = furnished("check")
    assert (ended.status, ended.out) == (1, "failure  settings: PAYBOT_SMS must be 'simulator' or 'twilio'.\n")
