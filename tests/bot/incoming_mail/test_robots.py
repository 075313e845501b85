"""Robots and servers that report: never a patient's words (RFC 3834)."""

import pytest

from bot.incoming_mail.reading import read
from bot.incoming_mail.values import IncomingMail
from tests.bot.incoming_mail.samples import Sample, samples

ROBOTS, BOUNCES = samples("robots"), samples("bounces")


def read_sample(sample: Sample) -> IncomingMail:
    return read(sample.raw, sample.expect["envelope_from"].strip("<>"))


@pytest.mark.parametrize("sample", ROBOTS, ids=lambda sample: sample.name)
def test_a_robot_is_known_for_one(sample: Sample) -> None:
    mail = read_sample(sample)
    assert (mail.machine, mail.left, mail.bounce) == (sample.expect["machine"], sample.expect["left"], None)


@pytest.mark.parametrize("sample", BOUNCES, ids=lambda sample: sample.name)
def test_what_a_server_reports(sample: Sample) -> None:
    mail = read_sample(sample)
    assert mail.machine == "bounce"
    assert mail.bounce
    assert {"fate": mail.bounce.fate.value, "status": mail.bounce.status} == sample.expect["bounce"]


@pytest.mark.parametrize("sample", BOUNCES, ids=lambda sample: sample.name)
def test_no_report_is_taken_for_a_patient(sample: Sample) -> None:
    assert read(sample.raw, "").machine
    assert read_sample(sample).machine


def test_there_are_enough() -> None:
    assert len(BOUNCES) >= 50
    assert len(ROBOTS) >= 35
