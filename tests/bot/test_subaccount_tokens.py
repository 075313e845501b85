"""Tokens of practices' own Twilio accounts in the secrets folder: read again while we run, never lost in between."""

import time
from pathlib import Path

import pytest

from bot.settings import load_settings, unknown_names
from bot.settings.subaccounts import Subaccounts

SUB, NAME = "AC" + "5" * 32, "PAYBOT_TWILIO_AUTH_TOKEN_AC" + "5" * 32
NEXT = "PAYBOT_TWILIO_AUTH_TOKEN_SECONDARY_AC" + "5" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / NAME).write_text("the first\n")
    return tmp_path


class Watch(Subaccounts):
    """Of a folder, as it is a second later each time."""

    def tokens(self, account_sid: str) -> tuple[str, ...]:
        self._read_at = float("-inf")
        return super().tokens(account_sid)


def test_two_while_one_is_replaced(folder: Path) -> None:
    held = Watch(folder)
    assert held.tokens(SUB) == ("the first",)
    (folder / NEXT).write_text("the second\n")
    assert held.tokens(SUB) == ("the first", "the second")
    (folder / NAME).write_text("the second\n")
    (folder / NEXT).unlink()
    assert held.tokens(SUB) == ("the second",)
    (folder / NAME).unlink()
    assert held.tokens(SUB) == ()


def test_an_account_that_is_added_while_we_run(folder: Path) -> None:
    held = Watch(folder)
    assert held.tokens("AC6") == ()
    (folder / "PAYBOT_TWILIO_AUTH_TOKEN_AC6").write_text("another")
    assert held.tokens("AC6") == ("another",)
    assert held.tokens(SUB) == ("the first",)


@pytest.mark.parametrize("spoil", ["unreadable", "a folder"])
def test_what_cannot_be_read_for_a_moment_stays_as_it_was(
    folder: Path, spoil: str, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "PAYBOT_TWILIO_AUTH_TOKEN_AC6").write_text("another")
    held = Watch(folder)
    assert held.tokens(SUB) == ("the first",)
    if spoil == "unreadable":
        (folder / NAME).write_bytes(b"\xff\xfe")
    else:
        (folder / NAME).unlink()
        (folder / NAME).mkdir()
    (folder / "PAYBOT_TWILIO_AUTH_TOKEN_AC6").write_text("a third")
    assert [held.tokens(SUB), held.tokens(SUB)] == [("the first",)] * 2
    assert held.tokens("AC6") == ("a third",)
    assert caplog.text.count(NAME) == 1
    assert "the first" not in caplog.text


def test_a_folder_that_is_away_for_a_moment(folder: Path, tmp_path: Path) -> None:
    held = Watch(folder)
    assert held.tokens(SUB) == ("the first",)
    away = folder.rename(tmp_path.with_name("elsewhere"))
    assert held.tokens(SUB) == ("the first",)
    away.rename(folder)
    assert held.tokens(SUB) == ("the first",)


@pytest.mark.parametrize("content", ["", " \n", "\n"])
def test_an_empty_file_holds_no_token(folder: Path, content: str) -> None:
    """With an empty one anybody could sign."""
    (folder / NAME).write_text(content)
    assert Subaccounts(folder).tokens(SUB) == ()


@pytest.mark.parametrize("asked", ["", "..", "../AC5", f"SECONDARY_{SUB}", SUB.lower(), SUB + "/x", "AC" + "9" * 64])
def test_odd_ids_have_none(folder: Path, asked: str) -> None:
    (folder / NEXT).write_text("the second")
    assert Subaccounts(folder).tokens(asked) == ()


def test_it_is_asked_for_every_text_and_reads_once_a_second(folder: Path) -> None:
    reads = []

    class Counting(Subaccounts):
        def _token(self, path: Path) -> str:
            reads.append(path)
            return super()._token(path)

    held, begun = Counting(folder), time.monotonic()
    for _ in range(1000):
        held.tokens(SUB)
    took = time.monotonic() - begun
    assert len(reads) <= 1 + int(took)
    assert took < 0.5


def test_whose_token_is_missing(folder: Path) -> None:
    twilio = {"PAYBOT_SMS": "twilio", "PAYBOT_TWILIO_ACCOUNT_SID": "AC1", "PAYBOT_TWILIO_AUTH_TOKEN": "t"}
    settings = load_settings({**twilio, "PAYBOT_SECRETS_DIR": str(folder)}, env_file=None)
    assert [settings.lacks_token(one) for one in ("", "AC1", SUB, "AC6")] == [False, False, False, True]
    assert load_settings(twilio, env_file=None).lacks_token(SUB)
    assert not load_settings({}, env_file=None).lacks_token(SUB)  # the simulator has one for everybody


def test_a_misspelt_name_is_told(folder: Path) -> None:
    (folder / "PAYBOT_TWILIO_AUTH_TOKEN_SECONDRY_AC9").write_text("x")
    (folder / "paybot_twilio_auth_token_AC9").write_text("x")
    told = unknown_names({"PAYBOT_SECRETS_DIR": str(folder)}, env_file=None)
    assert len(told) == 2
    assert not any(SUB in one for one in told)


def test_nobody_finds_nothing_while_another_reads(folder: Path) -> None:
    """The writer asks in its own thread; a text that is held or refused for that instant would be a fault of ours."""
    found = []

    class Interrupted(Subaccounts):
        def _token(self, path: Path) -> str:
            found.append(self._tokens)
            return super()._token(path)

    held = Interrupted(folder)
    held._read_at = float("-inf")
    held.tokens(SUB)
    assert found == [{}, {SUB: ("the first",)}]
    assert Subaccounts(folder)._tokens == {SUB: ("the first",)}
