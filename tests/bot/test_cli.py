"""Commands: what they print where, how they exit, and that bad input never ends in a traceback."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import sample
from bot.__main__ import main
from bot.cli import COMMANDS

PAYBOT = [sys.executable, "-m", "bot"]
Paybot = Callable[..., "Ended"]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


@pytest.fixture
def paybot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Paybot:
    """Runs a command in this process, in a data folder of its own."""
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

    return run


@pytest.fixture
def furnished(paybot: Paybot) -> Paybot:
    """The same, with the sample practice in it."""
    assert paybot("practice", "apply", str(sample.PRACTICE)).status == 0
    for kind, path in sample.FILES:
        assert paybot("import", kind, str(path)).status == 0
    return paybot


def subcommands() -> list[tuple[str, ...]]:
    nested = {
        "practice": ("apply", "show", "list"),
        "import": ("patients", "charges", "payments", "fhir", "undo"),
        "export": ("payments",),
        "audit": ("verify",),
        "hold": ("place", "lift", "list"),
        "apikey": ("create", "list", "revoke"),
        "staff": ("add", "reset", "remove", "list"),
    }
    return [(name, sub) for name, subs in nested.items() for sub in subs] + [
        (name,) for name in COMMANDS if name not in nested
    ]


def test_help_lists_every_command(paybot: Paybot) -> None:
    ended = paybot("--help")
    assert ended.status == 0
    assert all(f" {name} " in ended.out for name in COMMANDS)


@pytest.mark.parametrize("command", subcommands())
def test_every_command_explains_itself_with_an_example(paybot: Paybot, command: tuple[str, ...]) -> None:
    ended = paybot(*command, "--help")
    assert ended.status == 0
    words = " ".join(ended.out.split())
    assert re.search(rf"Example: .*paybot {' '.join(command)}", words), words


def test_help_answers_at_once() -> None:
    took = []
    for _ in range(3):
        began = os.times()
        subprocess.run([*PAYBOT, "--help"], check=True, capture_output=True)
        ended = os.times()
        took.append(ended.children_user + ended.children_system - began.children_user - began.children_system)
    heavy = "sqlalchemy", "twilio", "phonenumbers", "zipcodes", "aiohttp", "pydantic", "jinja2", "alembic"
    script = f"import sys; from bot.__main__ import main; main(['--help']); print(set({heavy}) & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert loaded.splitlines()[-1] == "set()"
    # The promise is 0.6 s on a quiet machine; on a busy one the processor's time tells as much.
    assert min(took) < 1.2


def test_version(paybot: Paybot) -> None:
    assert paybot("--version").out.startswith("paybot 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        ("practise",),
        ("practice", "aply"),
        ("practice", "apply"),
        ("practice", "show"),
        ("practice", "show", "harbor", "--loud"),
        ("import", "patients"),
        ("import", "undo", "first"),
        ("import", "undo", "99999999999999999999x"),
        ("notice",),
        ("notice", "P100", "--channel", "pigeon"),
        ("link", "P100", "--amount"),
        ("link", "P100", "--amount", "45"),
        ("link", "P100", "--amount", "0.00"),
        ("serve", "--only", "kitchen"),
        ("serve", "--only", ""),
        ("demo", "--scene", "nowhere"),
        ("demo", "--port", "99999"),
        ("demo", "--port", "http"),
        ("chat", "--language", "fr"),
    ],
)
def test_wrong_usage_is_2_and_one_sentence(paybot: Paybot, arguments: tuple[str, ...]) -> None:
    ended = paybot(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert 1 <= len(ended.err.splitlines()) <= 3
    assert "cyclopts" not in ended.err


def test_a_practice_is_applied_shown_and_listed(paybot: Paybot, tmp_path: Path) -> None:
    assert "There is no database" in paybot("practice", "list").err
    first = paybot("practice", "apply", str(sample.PRACTICE))
    assert (first.status, "is added" in first.err) == (0, True)
    shown = paybot("practice", "show", "harbor")
    copy = tmp_path / "copy.toml"
    copy.write_text(shown.out)
    again = paybot("practice", "apply", str(copy))
    assert (again.status, again.out, "nothing changes" in again.err) == (0, "", True)
    copy.write_text(shown.out.replace("link_minutes = 60", "link_minutes = 30"))
    changed = paybot("practice", "apply", str(copy))
    assert changed.out == "policy.link_minutes: 60 -> 30\n"
    assert paybot("practice", "list").out == "harbor\tHarbor Family Med\n"
    assert paybot("practice", "show", "nope").status == 1


def test_a_number_has_one_practice(furnished: Paybot, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(sample.PRACTICE.read_text().replace('slug = "harbor"', 'slug = "other"'))
    ended = furnished("practice", "apply", str(other))
    assert (ended.status, ended.out) == (1, "")
    assert "+12065550100 already belongs to the practice harbor" in ended.err


def test_a_bad_practice_file_is_told_fault_by_fault(paybot: Paybot, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('slug = "x"\nname = 3\ncolour = "blue"\n')
    ended = paybot("practice", "apply", str(bad))
    assert ended.status == 1
    assert {line.split(":")[0].strip() for line in ended.err.splitlines()[1:]} == {
        "name",
        "colour",
        "phone",
        "time_zone",
    }
    assert paybot("practice", "apply", str(tmp_path / "none.toml")).status == 1
    assert paybot("practice", "apply", str(tmp_path)).status == 1


def test_an_import_prints_its_id_alone(furnished: Paybot, tmp_path: Path) -> None:
    again = furnished("import", "patients", str(sample.FILES[0][1]))
    assert (again.status, again.out) == (0, "")
    assert "14 as they were" in again.err
    more = tmp_path / "more.csv"
    more.write_text("patient_id,first_name,last_name,phone\nP900,Eve,Moss,12\n")
    rehearsed = furnished("import", "patients", str(more), "--dry-run")
    assert (rehearsed.status, rehearsed.out) == (0, "")
    assert "1 would be new" in rehearsed.err
    done = furnished("import", "patients", str(more), "--practice", "harbor")
    assert (done.status, done.out) == (0, "4\n")
    assert "Warning: line 2: phone: is not a possible phone number; this cell was dropped" in done.err
    undone = furnished("import", "undo", "4")
    assert (undone.status, "Patients removed: 1." in undone.err) == (0, True)
    assert furnished("import", "undo", "4").status == 1
    assert furnished("import", "undo", "77").status == 1


def test_a_bad_import_lists_every_row_and_is_1(furnished: Paybot, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("charge_id,patient_id,service_date,patient_owes\nX1,P100,2026-13-01,1.00\nX2,P999,2026-01-01,1\n")
    ended = furnished("import", "charges", str(bad))
    assert (ended.status, ended.out) == (1, "")
    assert [line[:28] for line in ended.err.splitlines() if line.startswith("Error")] == [
        "Error: line 2: service_date:",
        "Error: line 3: patient_owes:",
    ]
    assert "Nothing was imported" in ended.err
    assert furnished("import", "charges", str(tmp_path / "none.csv")).status == 1
    assert furnished("import", "charges", str(bad), "--practice", "nope").status == 1


def test_without_a_practice_nothing_can_be_imported(paybot: Paybot, tmp_path: Path) -> None:
    assert paybot("migrate").status == 0
    ended = paybot("import", "patients", str(sample.FILES[0][1]))
    assert (ended.status, f"no practice yet in {tmp_path}/data/paybot.db" in ended.err) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("backup", "copy.db"),
        ("audit", "verify"),
        ("purge",),
        ("hold", "list"),
        ("export", "payments", "--since", "2026-05-01"),
        ("import", "patients", str(sample.FILES[0][1])),
        ("import", "undo", "1"),
        ("notice", "P100"),
        ("link", "P100"),
        ("practice", "list"),
        ("staff", "list"),
        ("apikey", "list"),
        ("check",),
    ],
)
def test_a_database_that_is_not_there_is_told_and_not_made(
    paybot: Paybot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PAYBOT_DATADIR", "/var/lib/paybot")
    monkeypatch.setenv("PAYBOT_MAIL_LISTEN", "")
    ended = paybot(*arguments)
    assert ended.status == 1
    assert f"There is no database at {tmp_path}/data/paybot.db. See PAYBOT_DATA_DIR" in ended.out + ended.err
    assert (ended.out + ended.err).count("did you mean PAYBOT_DATA_DIR?") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_link_stands_alone_on_stdout(furnished: Paybot) -> None:
    ended = furnished("link", "P100", "--amount", "45.00")
    assert ended.status == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:8080/p/[\w-]{22}\n", ended.out)
    assert ended.err == ""


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("P100", "--amount", "500.00"), "owes $184.50"),
        (("P100", "--amount", "5.00"), "smallest part payment"),
        (("P109",), "owes nothing"),
        (("P999",), "no patient P999"),
    ],
)
def test_a_link_that_cannot_be_is_1(furnished: Paybot, arguments: tuple[str, ...], words: str) -> None:
    ended = furnished("link", *arguments)
    assert (ended.status, ended.out) == (1, "")
    assert words in ended.err


def test_a_notice_that_is_refused_names_the_rule(furnished: Paybot) -> None:
    for patient, channel, rule in (
        ("P109", "text", "no_balance"),
        ("P110", "text", "opted_out"),
        ("P113", "text", "no_address"),
        ("P108", "email", "no_address"),
    ):
        ended = furnished("notice", patient, "--channel", channel)
        assert (ended.status, ended.out) == (1, "")
        assert f"({rule})" in ended.err
    assert furnished("notice", "P999").status == 1


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("PAYBOT_LISTEN", "8080", "PAYBOT_LISTEN must be"),
        ("PAYBOT_ENVIRONMENT", "production", "refuses the text simulator"),
        ("PAYBOT_DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:9/p", "PAYBOT_SECRET_KEY"),
    ],
)
def test_bad_settings_are_told_in_sentences(
    paybot: Paybot, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    for command in (("practice", "list"), ("serve",)):
        ended = paybot(*command)
        assert ended.status == 1
        assert words in ended.err
        assert "hunter2" not in ended.err


def test_a_database_that_is_away_or_none_is_told(
    paybot: Paybot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAYBOT_SECRET_KEY", "k" * 32)
    monkeypatch.setenv("PAYBOT_DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:9/p")
    ended = paybot("practice", "list")
    assert (ended.status, "does not answer" in ended.err, "hunter2" in ended.err) == (1, True, False)
    (tmp_path / "text.db").write_text("this is no database, but long enough to be looked at as one\n" * 20)
    monkeypatch.setenv("PAYBOT_DATABASE_URL", f"sqlite:///{tmp_path}/text.db")
    ended = paybot("practice", "list")
    assert (ended.status, "not a database of ours" in ended.err) == (1, True)


def test_a_damaged_database_is_told_by_its_file(
    paybot: Paybot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAYBOT_MAIL_LISTEN", "")
    assert paybot("migrate").status == 0
    file = tmp_path / "data" / "paybot.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    ended = paybot("practice", "list")
    assert (ended.status, ended.err) == (
        1,
        f"The database file {file} is damaged: stop the server and restore a backup.\n",
    )
    assert "failure  database: The file is damaged. Stop the server" in paybot("check").out


def test_migrate_makes_an_empty_database_and_then_has_nothing_to_do(paybot: Paybot) -> None:
    assert "at version" in paybot("migrate").err
    assert "nothing to do" in paybot("migrate").err
    assert paybot("practice", "list").status == 0


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    environment = {**os.environ, "PAYBOT_DATA_DIR": str(tmp_path)}
    subprocess.run(
        [*PAYBOT, "practice", "apply", str(sample.PRACTICE)], check=True, capture_output=True, env=environment
    )
    pipe = subprocess.run(
        f"{sys.executable} -m bot practice show harbor | true",
        shell=True,
        check=False,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert pipe.stderr == ""


def test_a_bug_is_one_sentence_unless_the_traceback_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.cli.unexpected import explain

    monkeypatch.delenv("PAYBOT_LOG_LEVEL", raising=False)
    assert "PAYBOT_LOG_LEVEL=debug" in explain(ZeroDivisionError("canary"))
    assert "canary" not in explain(ZeroDivisionError("canary"))
    monkeypatch.setenv("PAYBOT_LOG_LEVEL", "debug")
    assert "canary" in explain(ZeroDivisionError("canary"))


def test_an_audit_without_a_row(paybot: Paybot) -> None:
    assert paybot("migrate").status == 0
    ended = paybot("audit", "verify")
    assert (ended.status, ended.out, ended.err) == (
        0,
        "",
        "The audit is empty: nothing that it records has happened yet.\n",
    )
