"""The numbers in the README come from programs that still run; what they measure is not asked here."""

import sys

import pytest

from benchmarks import advance, outbox, texts


def test_messages_are_claimed_drawn_and_marked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(outbox, "ROWS", 200)
    monkeypatch.setattr(outbox, "PEOPLE", 20)
    monkeypatch.setattr(sys, "argv", ["outbox"])
    outbox.main()
    assert "sqlite: claim, decide, render, mark" in capsys.readouterr().out


def test_every_kind_of_text_is_heard(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(advance, "ROUNDS", 1)
    monkeypatch.setattr(advance, "TEXTS", 3)
    advance.main()
    printed = capsys.readouterr().out
    assert all(kind in printed for kind in texts.KINDS)
