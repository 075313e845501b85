"""What refusals do to the numbers we text from: queues that are full, and accounts that may send no more."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from bot.channels.results import Refused
from bot.desk.finishing import finish
from bot.practice_file import to_json
from bot.sending.deliveries import record_status
from bot.sending.results import Result, record
from bot.store import lanes
from bot.store.tables import codes, practices, sending_numbers, tasks
from conversations.effects import Kind
from tests.bot.claiming import take, texts
from tests.bot.outgoing import NOON, OURS, Office, Patient, practice_file, wording

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
OVERFLOW = pytest.mark.parametrize("code", ["30001", "21611"])


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    """A practice with two numbers."""
    overlay = wording(tmp_path, t__one="One.", t__code="{{ code }}")
    return Office(engine, overlay=overlay, numbers=(OURS, OURS[:-1] + "1"), segments_per_second=100)


def another_practice(office: Office, slug: str, account: str) -> int:
    """One more practice that texts from this account; its number."""
    with office.engine.begin() as conn:
        file = to_json(replace(practice_file(), slug=slug, twilio_account_sid=account))
        made = insert(practices).values(slug=slug, file=file, updated_at=NOON).returning(practices.c.id)
        number = {"practice_id": conn.scalar(made), "number": slug}
        found: int = conn.execute(insert(sending_numbers).values(number).returning(sending_numbers.c.id)).scalar_one()
        return found


def refuse(
    office: Office, patient: Patient, code: str, now: datetime = NOON, kind: Kind = Kind.NOTICE, **cells: Any
) -> int:
    """A message that came back with this code."""
    cells |= {"state": "sent", "provider_id": f"SM{now}", "submitted_at": now, "due_at": now}
    row = patient.message(kind, "t/one", **cells)
    with office.engine.begin() as conn:
        assert record_status(conn, f"SM{now}", row, "failed", code, now)
    return row


def lane(office: Office, place: int = 0) -> Any:
    return office.all(sending_numbers)[place]


def pause_left(office: Office, now: datetime) -> timedelta:
    until: datetime = lane(office).paused_until
    return until - now


class TestAFullQueue:
    @OVERFLOW
    def test_notices_rest_codes_and_replies_leave(self, office: Office, code: str) -> None:
        patient = office.patient()
        refuse(office, patient, code)
        notice = patient.message(Kind.NOTICE, "t/one")
        reply = patient.message(message="t/one")
        urgent = patient.message(Kind.CODE, "t/code", code_id=patient.code())
        assert [one.outbox_id for one in take(office).ready] == [reply, urgent]
        assert notice not in [one.outbox_id for one in take(office, NOON + 10 * MINUTE - SECOND).ready]
        assert notice in [one.outbox_id for one in take(office, NOON + 10 * MINUTE).ready]
        assert lane(office, 1).paused_reason is None

    def test_the_waits_grow_and_in_the_end_staff_hear_of_it(self, office: Office) -> None:
        patient, now, waits = office.patient(), NOON, []
        for turn in range(6):
            refuse(office, patient, ("30001", "21611")[turn % 2], now)
            waits.append(pause_left(office, now))
            told = [(task.kind, task.urgent) for task in office.all(tasks)]
            assert told == ([("sending_paused", False)] if turn >= 4 else [])
            now += waits[-1] + SECOND
        assert waits == [wait * MINUTE for wait in (10, 20, 40, 80, 120, 120)]

    def test_after_a_quiet_time_they_begin_anew(self, office: Office) -> None:
        patient = office.patient()
        refuse(office, patient, "30001")
        refuse(office, patient, "30001", NOON + 20 * MINUTE)
        assert pause_left(office, NOON + 20 * MINUTE) == 10 * MINUTE

    def test_what_was_on_its_way_lengthens_nothing(self, office: Office) -> None:
        patient = office.patient()
        for second in range(3):
            refuse(office, patient, "30001", NOON + second * SECOND)
        assert pause_left(office, NOON) == 10 * MINUTE

    def test_a_number_that_waits_for_staff_waits_on(self, office: Office) -> None:
        patient = office.patient()
        refuse(office, patient, "30007")
        for code in ("30001", "30023", "30007"):
            refuse(office, patient, code, NOON + int(code) * SECOND)
        assert (lane(office).paused_reason, lane(office).paused_until) == ("error_30007", None)
        assert lane(office, 1).paused_reason == "error_30023"
        assert len(office.all(tasks)) == 1

    def test_a_reply_goes_once_more_soon(self, office: Office) -> None:
        row = refuse(office, office.patient(), "30001", kind=Kind.REPLY)
        assert [(one.retry_of, one.due_at) for one in office.rows()[1:]] == [(row, NOON + 30 * SECOND)]

    def test_a_code_goes_once_more_as_a_new_one_and_then_another_way(self, office: Office) -> None:
        patient = office.patient()
        row = patient.message(Kind.CODE, "t/code", code_id=patient.code(), expires_at=NOON + 10 * MINUTE)
        digests: list[str] = []
        for now in (NOON, NOON + 30 * SECOND):
            [ready] = take(office, now).ready
            digests.append(office.all(codes)[0].digest)
            with office.engine.begin() as conn:
                record(conn, [Result(ready.outbox_id, ready.attempts, Refused("21611"))], now)
        first, second = office.rows()
        assert (second.retry_of, second.code_id) == (row, first.code_id)
        assert digests[0] != digests[1]
        assert (first.follow_up, second.follow_up) == (None, "code_undelivered")


class TestAnAccountThatMaySendNoMore:
    LIMITS = pytest.mark.parametrize("code, wait", [("60728", HOUR), ("63038", DAY)])

    @LIMITS
    def test_all_numbers_of_the_account_learn_it(self, office: Office, code: str, wait: timedelta) -> None:
        with_us, apart = another_practice(office, "pier", ""), another_practice(office, "quay", "AC5")
        refuse(office, office.patient(), code)
        until = {one.id: one.limited_until for one in office.all(sending_numbers)}
        assert {number for number, at in until.items() if at == NOON + wait} == {*office.lanes.values(), with_us}
        assert until[apart] is None
        told = [(task.practice_id, task.kind, task.urgent) for task in office.all(tasks)]
        assert told == [(office.id, "sending_paused", True), (office.id + 1, "sending_paused", True)]

    def test_a_limit_of_a_practices_own_account_is_no_other_practices(self, office: Office) -> None:
        apart = another_practice(office, "quay", "AC5")
        refuse(office, office.patient(), "60728", account="AC5")
        assert [one.id for one in office.all(sending_numbers) if one.limited_until] == [apart]

    def test_only_codes_and_opt_out_confirmations_leave(self, office: Office) -> None:
        patient = office.patient()
        refuse(office, patient, "60728")
        wrote = patient.wrote()
        rows = {
            kind: patient.message(kind, "t/one", ground_id=wrote)
            for kind in (Kind.REPLY, Kind.HELP, Kind.OPT_IN, Kind.RECEIPT)
        }
        rows[Kind.OPT_OUT] = patient.message(Kind.OPT_OUT, "t/one", ground="opt_out", ground_id=wrote)
        rows[Kind.CODE] = patient.message(Kind.CODE, "t/code", code_id=patient.code(), ground_id=wrote)
        ready = [one.outbox_id for one in take(office).ready]
        assert ready == [rows[Kind.OPT_OUT], rows[Kind.CODE]]
        held = {kind: office.row(row) for kind, row in rows.items() if row not in ready}
        assert {kind: (row.state, row.held_by) for kind, row in held.items()} == {
            Kind.REPLY: ("held", "account_limit"),
            Kind.HELP: ("held", "account_limit"),
            Kind.OPT_IN: ("held", "account_limit"),
            Kind.RECEIPT: ("queued", None),  # it has a place of its own, behind them
        }
        assert not take(office, NOON + MINUTE).decided
        later = {one.outbox_id for one in take(office, NOON + HOUR).ready}
        assert later == {row for row in rows.values() if row not in ready}

    def test_many_that_wait_keep_no_code_from_leaving(self, office: Office) -> None:
        patient = office.patient()
        refuse(office, patient, "63038")
        patient.messages([{"ground_id": patient.wrote()}] * 250, Kind.REPLY, "t/one")
        code = patient.message(Kind.CODE, "t/code", code_id=patient.code())
        found = [one.outbox_id for second in range(20) for one in take(office, NOON + second * SECOND).ready]
        assert found == [code]

    def test_notices_that_wait_on_many_numbers_keep_no_code_from_leaving(self, office: Office) -> None:
        patient = office.patient()
        for number in range(lanes.MOST_LANES):
            another_practice(office, f"p{number}", "")
        refuse(office, patient, "63038")
        others = [one for one in office.all(sending_numbers) if one.practice_id != office.id]
        waiting = [{"number_id": one.id, "practice_id": one.practice_id} for one in others]
        patient.messages(waiting, Kind.NOTICE, "t/one")
        office.set(sending_numbers, lane(office).id, next_free_at=NOON + MINUTE + SECOND / 10)
        code = patient.message(Kind.CODE, "t/code", code_id=patient.code())
        assert [one.outbox_id for one in take(office, NOON + MINUTE).ready] == [code]

    def test_what_is_refused_meanwhile_lengthens_nothing(self, office: Office) -> None:
        patient = office.patient()
        refuse(office, patient, "60728")
        refuse(office, patient, "60728", NOON + 50 * MINUTE)
        assert lane(office).limited_until == NOON + HOUR
        refuse(office, patient, "63038", NOON + 51 * MINUTE)
        assert lane(office).limited_until == NOON + 51 * MINUTE + DAY
        refuse(office, patient, "60728", NOON + 52 * MINUTE)
        assert lane(office).limited_until == NOON + 51 * MINUTE + DAY

    def test_a_number_that_staff_must_see_to_stays_so(self, office: Office) -> None:
        patient = office.patient()
        for minute, code in enumerate(("30007", "60728")):
            refuse(office, patient, code, NOON + minute * MINUTE)
        patient.message(Kind.NOTICE, "t/one")
        assert not take(office, NOON + 2 * DAY).ready

    def test_a_code_that_it_refuses_goes_another_way(self, office: Office) -> None:
        patient = office.patient()
        row = patient.message(Kind.CODE, "t/code", code_id=patient.code())
        [ready] = take(office).ready
        with office.engine.begin() as conn:
            record(conn, [Result(row, ready.attempts, Refused("63038"))], NOON)
        assert office.row(row).follow_up == "code_undelivered"
        assert len(office.rows()) == 1


class TestMended:
    @pytest.mark.parametrize("code", ["30007", "63038"])
    def test_with_the_task_all_leave_again(self, office: Office, code: str) -> None:
        patient = office.patient()
        refuse(office, patient, code)
        notice, reply = patient.message(Kind.NOTICE, "t/one"), patient.message(message="t/one")
        first = {one.outbox_id for one in take(office).ready}
        [task] = office.all(tasks)
        with office.engine.begin() as conn:
            assert finish(conn, office.id, task.id, "kim", NOON + MINUTE)
        then = take(office, NOON + MINUTE)
        assert first | {one.outbox_id for one in then.ready} == {notice, reply}
        assert len(texts(then)) == len(then.ready)

    def test_another_task_lifts_nothing(self, office: Office) -> None:
        refuse(office, office.patient(), "30007")
        with office.engine.begin() as conn:
            other = {"kind": "plan", "practice_id": office.id, "opened_at": NOON}
            number = conn.execute(insert(tasks).values(other).returning(tasks.c.id)).scalar_one()
            assert finish(conn, office.id, number, "kim", NOON)
        assert lane(office).paused_reason == "error_30007"
