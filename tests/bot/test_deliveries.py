"""What the provider says about a message: in any order, twice, too early; and what follows from each error."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.channels.results import Accepted, Refused
from bot.sending.claiming import claim
from bot.sending.deliveries import record_status
from bot.sending.provider_errors import ERRORS, UNKNOWN, Action, class_of
from bot.sending.results import Result, record
from bot.store.tables import addresses, consents, message_states, redactions, sending_numbers, tasks
from conversations.effects import Kind
from tests.bot.outgoing import NOON, OURS, Office, Patient, wording

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MIDNIGHT = datetime(2026, 5, 7, 7, tzinfo=UTC)


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    """A practice."""
    overlay = wording(tmp_path, t__one="One.", t__code="{{ code }}")
    return Office(engine, overlay=overlay, segments_per_second=100, segments_per_day=9999)


def submit(office: Office, now: datetime = NOON) -> list[int]:
    with office.engine.begin() as conn:
        return [one.outbox_id for one in claim(conn, office.desk, now).ready]


def accept(office: Office, row: int, sid: str = "SM1", now: datetime = NOON) -> None:
    with office.engine.begin() as conn:
        record(conn, [Result(row, 1, Accepted(sid, "queued"))], now)


def say(office: Office, state: str, code: str | None = None, *, sid: str = "SM1", row: int | None = None) -> bool:
    with office.engine.begin() as conn:
        return record_status(conn, sid, row, state, code, NOON)


def sent(office: Office, patient: Patient, kind: Kind = Kind.NOTICE, **cells: Any) -> int:
    row = patient.message(kind, "t/one", **cells)
    submit(office)
    accept(office, row, f"SM{row}")
    return row


class TestStates:
    @pytest.mark.parametrize(
        "said, ends",
        [
            (("queued", "sending", "sent", "delivered"), "delivered"),
            (("accepted", "sent", "undelivered"), "undelivered"),
            (("sent", "delivered", "read"), "delivered"),
            (("queued", "failed"), "failed"),
            (("sent", "undelivered", "delivered"), "delivered"),
            (("failed", "undelivered", "sent"), "undelivered"),
        ],
    )
    def test_every_order_ends_alike(self, office: Office, said: tuple[str, ...], ends: str) -> None:
        patient = office.patient()
        for number, order in enumerate(permutations((*said, said[-1]))):
            row = patient.message(message="t/one", state="sending", submitted_at=NOON, due_at=NOON)
            for state in order:
                say(office, state, "30003" if state in {"failed", "undelivered"} else None, sid=f"SM{number}", row=row)
            found = office.row(row)
            assert (found.state, found.provider_id, found.error_code) == (
                ends, f"SM{number}", None if ends == "delivered" else "30003",
            )  # fmt: skip

    def test_before_our_own_call_returns(self, office: Office) -> None:
        row = office.patient().message(message="t/one")
        submit(office)
        assert not say(office, "delivered")
        accept(office, row)
        assert office.row(row).state == "delivered"

    def test_by_the_rows_id_before_our_own_call_returns(self, office: Office) -> None:
        row = office.patient().message(message="t/one")
        submit(office)
        assert say(office, "delivered", row=row)
        accept(office, row)
        assert (office.row(row).state, office.row(row).provider_id) == ("delivered", "SM1")

    def test_somebody_elses_message_moves_nothing(self, office: Office) -> None:
        row = sent(office, office.patient(), Kind.REPLY)
        assert not say(office, "delivered", sid="SMother", row=row)
        assert office.row(row).state == "sent"

    def test_words_that_nobody_knows_are_kept_and_change_nothing(self, office: Office) -> None:
        row = sent(office, office.patient(), Kind.REPLY)
        assert say(office, "paused-by-martians-and-more", sid=f"SM{row}")
        assert office.row(row).state == "sent"
        assert len(office.all(message_states)) == 1

    def test_an_uncertain_one_is_settled_by_a_callback(self, office: Office) -> None:
        row = office.patient().message(message="t/one", state="uncertain", submitted_at=NOON)
        say(office, "sent", row=row)
        assert office.row(row).state == "sent"


class TestCodesAtTheProvider:
    """A text that held a code is emptied there once nothing more happens to it."""

    @pytest.mark.parametrize("state", ["delivered", "undelivered", "failed"])
    def test_asked_for_once_it_came_to_an_end(self, office: Office, state: str) -> None:
        patient = office.patient()
        row = sent(office, patient, Kind.CODE, code_id=patient.code())
        say(office, "sent", sid=f"SM{row}")
        assert not office.all(redactions)
        for _ in range(2):
            say(office, state, sid=f"SM{row}")
        say(office, "delivered", sid=f"SM{row}")
        [asked] = office.all(redactions)
        assert (asked.provider, asked.provider_id, asked.outbox_id, asked.inbox_id, asked.held, asked.ask_at) == (
            "twilio", f"SM{row}", row, None, "code", NOON,
        )  # fmt: skip

    def test_also_when_the_word_comes_before_our_own_call_returns(self, office: Office) -> None:
        patient = office.patient()
        row = patient.message(Kind.CODE, "t/code", code_id=patient.code())
        submit(office)
        say(office, "delivered", row=row)
        accept(office, row)
        assert [one.provider_id for one in office.all(redactions)] == ["SM1"]

    def test_not_what_held_none_nor_what_the_provider_never_took(self, office: Office) -> None:
        patient = office.patient()
        plain = sent(office, patient, Kind.REPLY)
        say(office, "delivered", sid=f"SM{plain}")
        row = patient.message(Kind.CODE, "t/one", code_id=patient.code())
        submit(office)
        with office.engine.begin() as conn:
            record(conn, [Result(row, 1, Refused("21610"))], NOON)
        assert office.row(row).state == "failed"
        assert not office.all(redactions)


def failed(office: Office, code: str, kind: Kind = Kind.NOTICE, **cells: Any) -> tuple[Any, Any, list[Any]]:
    """A message that came back with this code: the row, its lane, and what was queued because of it."""
    patient = office.patient()
    row = sent(office, patient, kind, **cells)
    say(office, "undelivered", code, sid=f"SM{row}")
    retries = [one for one in office.rows() if one.retry_of == row]
    return office.row(row), office.all(sending_numbers)[0], retries


class TestErrors:
    def test_the_table_has_every_code_of_the_rules(self) -> None:
        assert set(ERRORS) >= {
            21610, 21211, 21614, 21635, 30006, 30005, 30003, 30008, 30001, 21611, 30022, 30023, 30036,
            30007, 30004, 30034, 30110, 30111, 30038, 63038, 60728, 20429,
        }  # fmt: skip
        assert class_of("99999") == class_of("nonsense") == class_of(None) == UNKNOWN

    def test_an_opt_out_that_we_never_saw(self, office: Office) -> None:
        row, _, retries = failed(office, "21610")
        [said] = office.all(consents)
        assert (said.status, said.source, said.channel) == ("revoked", "provider", "text")
        assert office.all(addresses)[0].consent == "revoked"
        assert not retries
        assert row.follow_up == "notice_undelivered"

    def test_it_holds_for_what_is_queued(self, office: Office) -> None:
        patient = office.patient()
        row = sent(office, patient, Kind.REPLY)
        waiting = patient.message(message="t/one", due_at=NOON + HOUR)
        with office.engine.begin() as conn:
            record(conn, [Result(row, 1, Refused("21610"))], NOON)
        assert (office.row(row).state, office.row(waiting).held_by) == ("failed", "opted_out")

    @pytest.mark.parametrize("code", [c for c, e in ERRORS.items() if e.action is Action.BAD_NUMBER])
    def test_a_bad_number_is_marked_and_staff_hear_of_it(self, office: Office, code: int) -> None:
        row, _, retries = failed(office, str(code))
        assert office.all(addresses)[0].problem == ERRORS[code].problem
        assert [task.kind for task in office.all(tasks)] == ["bad_number"]
        assert not retries
        assert row.follow_up == "notice_undelivered"

    @pytest.mark.parametrize("code", [c for c, e in ERRORS.items() if e.action is Action.RETRY_LATER])
    def test_an_unreachable_phone_once_more_after_four_hours_then_mail(self, office: Office, code: int) -> None:
        row, _, [again] = failed(office, str(code))
        assert (again.due_at, row.follow_up) == (NOON + 4 * HOUR, None)
        assert not submit(office, NOON + 4 * HOUR - MINUTE)
        assert submit(office, NOON + 4 * HOUR) == [again.id]
        accept(office, again.id, "SMagain")
        say(office, "undelivered", str(code), sid="SMagain")
        assert office.row(again.id).follow_up == "notice_undelivered"
        assert len(office.rows()) == 2

    @pytest.mark.parametrize("code", [c for c, e in ERRORS.items() if e.action is Action.STOP])
    def test_filtered_means_stop_and_an_urgent_task(self, office: Office, code: int) -> None:
        _, lane, retries = failed(office, str(code))
        assert (lane.paused_reason, lane.paused_until) == (f"error_{code}", None)
        assert [(task.kind, task.urgent) for task in office.all(tasks)] == [("sending_paused", True)]
        assert not retries

    @pytest.mark.parametrize("code", [c for c, e in ERRORS.items() if e.action is Action.PAUSE])
    def test_a_limit_of_the_account_pauses_for_its_time(self, office: Office, code: int) -> None:
        _, lane, _ = failed(office, str(code))
        assert lane.paused_until == NOON + ERRORS[code].wait

    @pytest.mark.parametrize("code", [c for c, e in ERRORS.items() if e.action is Action.SLOW_DOWN])
    def test_crowded_lanes_rest_and_the_message_goes_once_more(self, office: Office, code: int) -> None:
        _, lane, [again] = failed(office, str(code), Kind.REPLY)
        assert lane.next_free_at == again.due_at == NOON + ERRORS[code].wait

    def test_the_carriers_day_is_over(self, office: Office) -> None:
        _, lane, [again] = failed(office, "30023")
        assert again.due_at == lane.paused_until == MIDNIGHT

    def test_out_of_time_is_decided_anew(self, office: Office) -> None:
        _, _, [again] = failed(office, "30036", Kind.REPLY)
        assert again.due_at == NOON
        assert not submit(office, NOON + 2 * HOUR)
        assert office.row(again.id).held_by == "ground_expired"

    @pytest.mark.parametrize("code", ["30038", "30003", "21610", "30007", "12345"])
    def test_a_lost_code_is_told_to_the_talk_and_not_sent_again(self, office: Office, code: str) -> None:
        patient = office.patient()
        row = patient.message(Kind.CODE, "t/code", code_id=patient.code())
        submit(office)
        accept(office, row)
        say(office, "undelivered", code)
        assert office.row(row).follow_up == "code_undelivered"
        assert len(office.rows()) == 1

    def test_an_unknown_code_once_more_then_a_person(self, office: Office) -> None:
        _, _, [again] = failed(office, "12345", Kind.REPLY)
        assert not office.all(tasks)
        assert submit(office, again.due_at) == [again.id]
        accept(office, again.id, "SMagain")
        say(office, "failed", "12345", sid="SMagain")
        assert [task.kind for task in office.all(tasks)] == ["delivery_failed"]
        assert len(office.rows()) == 2

    def test_a_reply_is_not_sent_hours_later(self, office: Office) -> None:
        assert failed(office, "30003", Kind.REPLY)[2] == []

    def test_delivered_after_all_undoes_nothing_but_the_state(self, office: Office) -> None:
        row, _, _ = failed(office, "30003")
        say(office, "delivered", sid=row.provider_id)
        assert (office.row(row.id).state, office.row(row.id).error_code) == ("delivered", None)

    def test_every_lane_is_known(self, office: Office) -> None:
        assert office.all(sending_numbers)[0].number == OURS
