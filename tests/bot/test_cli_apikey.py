"""`paybot apikey`, as an operator types it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import sample
from bot.__main__ import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def paybot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process: how it ended, stdout and stderr."""
    for name in [name for name in os.environ if name.startswith("PAYBOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PAYBOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(("apikey", *arguments))
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return status, printed.out, printed.err

    assert main(("practice", "apply", str(sample.PRACTICE))) == 0
    return run


def test_a_key_is_printed_once_alone_and_listed_without_itself(paybot: Run) -> None:
    status, out, err = paybot("create", "--name", "billing  system")
    key = out.strip()
    assert (status, out.count("\n"), key[:7]) == (0, 1, "paybot_")
    assert key not in err
    status, out, _ = paybot("list")
    assert (status, key in out) == (0, False)
    assert out.split("\t")[0::2][:2] == ["1", "billing system"]
    assert "never used\tactive" in out


def test_a_revoked_key_stays_on_the_list(paybot: Run) -> None:
    paybot("create", "--name", "one")
    status, out, err = paybot("revoke", "1")
    assert (status, out, err) == (0, "", "Key 1 is revoked.\n")
    assert "revoked" in paybot("list")[1]
    assert paybot("revoke", "1")[0] == 1


@pytest.mark.parametrize(
    "arguments, status",
    [
        (("create",), 2),
        (("create", "--name", " "), 2),
        (("create", "--name", "x" * 101), 2),
        (("create", "--name", "a\x07"), 2),
        (("create", "--name", "x", "--practice", "nowhere"), 1),
        (("revoke", "7"), 1),
        (("revoke", "-1"), 1),
        (("revoke", str(2**70)), 1),
        (("revoke", "one"), 2),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(paybot: Run, arguments: tuple[str, ...], status: int) -> None:
    ended, out, err = paybot(*arguments)
    assert (ended, out) == (status, "")
    assert err.strip()
    assert paybot("list")[1] == ""
