"""The phone in the terminal: what it prints at the end is a script that the tests would accept."""

import io
from pathlib import Path

import pytest

from bot.chat import SAMPLE, UnknownPatientError, run_chat
from tests.conversations.script import Script


def chat(typed: str, patient: str | None = None, language: str | None = None) -> str:
    out = io.StringIO()
    run_chat(patient, language, lines=io.StringIO(typed), out=out)
    return out.getvalue()


@pytest.mark.parametrize("patient", SAMPLE)
@pytest.mark.parametrize(
    "typed", ["balance\n482913\npay\n", "saldo\n1\n/+ 25h\nalto\nhola\n", "agent\n/staff> Hi\n", ""]
)
def test_the_transcript_is_a_script(tmp_path: Path, patient: str, typed: str) -> None:
    printed = chat(typed, patient)
    script = tmp_path / "talk.txt"
    script.write_text(printed[printed.index("# A talk") :], encoding="utf-8")
    read = Script.read(script)
    read.play()
    assert not read.difference()


def test_it_answers_in_the_language_asked_for() -> None:
    assert "Por su privacidad" in chat("saldo\n", language="es")


def test_a_mailed_code_is_shown() -> None:
    assert "mail> Your code is 482913" in chat("balance\n")


def test_a_line_that_says_nothing_to_us_changes_nothing() -> None:
    printed = chat("/fly to the moon\n/+ soon\nbalance\n/quit\nafter the end\n")
    assert "no such line" in printed
    assert "no span of time" in printed
    assert "after the end" not in printed


def test_an_unknown_patient_is_named_in_a_plain_sentence() -> None:
    with pytest.raises(UnknownPatientError, match="nobody called Zoe"):
        chat("", "Zoe")
