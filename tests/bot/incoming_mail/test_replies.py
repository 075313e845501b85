"""Answers as mail programs write them: only the new words are heard."""

import pytest

from bot.incoming_mail.reading import read
from tests.bot.incoming_mail.samples import Sample, samples

REPLIES = samples("replies")


@pytest.mark.parametrize("sample", REPLIES, ids=lambda sample: sample.name)
def test_what_is_read_in_it(sample: Sample) -> None:
    mail = read(sample.raw, "ana@mail.example").to_json()
    expected = {"trouble": None, "machine": "", "bounce": None, "from_": "ana@mail.example"} | sample.expect
    assert {name: _plain(mail[name]) for name in expected} == expected


@pytest.mark.parametrize("sample", REPLIES, ids=lambda sample: sample.name)
def test_nothing_of_ours_and_no_card_is_kept(sample: Sample) -> None:
    kept = str(read(sample.raw, "ana@mail.example"))
    assert "opt out" not in kept
    assert "4111" not in kept


def test_there_are_enough() -> None:
    assert len(REPLIES) >= 60


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
