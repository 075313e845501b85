"""What is decided at the moment of submission: consent, grounds, hours, and the secrets that are made then."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, update

from bot.channels.results import TryLater
from bot.channels.text import TextOut
from bot.facts.code_verdicts import judge
from bot.sending.results import Result, record
from bot.store import codes as code_store
from bot.store import links as link_store
from bot.store.engine import make_engine
from bot.store.tables import addresses, codes, links, tasks
from conversations.effects import Kind
from tests.bot.claiming import take, texts
from tests.bot.outgoing import KEYS, NOON, Office, wording

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LINK = {"person_ids": [1], "amount_cents": None, "asks_code": False}


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """Messages short enough to count."""
    return wording(tmp_path, t__link="Pay: {{ link }}", t__one="One.", t__two="x" * 161, t__code="{{ code }}")


class TestConsent:
    @pytest.mark.parametrize("consent", ["revoked", "held"])
    @pytest.mark.parametrize("kind", [Kind.REPLY, Kind.RECEIPT, Kind.NOTICE, Kind.CODE])
    def test_after_stop_nothing(self, engine: Engine, words: Path, consent: str, kind: Kind) -> None:
        office = Office(engine, overlay=words)
        row = office.patient(consent=consent).message(kind, "t/one")
        assert not take(office).ready
        assert (office.row(row).state, office.row(row).held_by) == (
            "dropped", "opted_out" if consent == "revoked" else "held",
        )  # fmt: skip

    @pytest.mark.parametrize("kind", [Kind.OPT_OUT, Kind.HELP, Kind.OPT_IN])
    def test_but_what_the_law_wants_said(self, engine: Engine, words: Path, kind: Kind) -> None:
        office = Office(engine, overlay=words)
        office.patient(consent="revoked", consent_at=NOON).message(kind, "t/one")
        assert len(take(office).ready) == 1

    def test_the_confirmation_is_sent_once(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words, segments_per_second=10)
        patient = office.patient(consent="revoked", consent_at=NOON)
        patient.message(Kind.OPT_OUT, "t/one")
        patient.message(Kind.OPT_OUT, "t/one")
        assert len(take(office).ready) == 1
        assert [row.state for row in office.rows()] == ["sending", "dropped"]

    def test_and_within_five_minutes(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        patient = office.patient(consent="revoked", consent_at=NOON)
        row = patient.message(Kind.OPT_OUT, "t/one")
        assert not take(office, NOON + 6 * MINUTE).ready
        assert office.row(row).held_by == "confirmation_late"

    def test_a_notice_needs_a_consent(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        row = office.patient(consent="none").message(Kind.NOTICE, "t/one")
        assert not take(office).ready
        assert office.row(row).held_by == "no_consent"

    def test_a_reply_needs_none(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        office.patient(consent="none").message(message="t/one")
        assert len(take(office).ready) == 1

    def test_ten_thousand_queued_and_a_stop(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words, segments_per_second=1000, segments_per_day=100_000)
        patient = office.patient()
        ground = patient.wrote()
        patient.messages([{"ground_id": ground}] * 10_000, Kind.REPLY, "t/one")
        before = len(take(office).ready)
        office.set(addresses, patient.address_id, consent="revoked")
        for claims in range(1, 101):
            assert not take(office, NOON + claims * SECOND).ready
        assert Counter(row.state for row in office.rows()) == {"sending": before, "dropped": 10_000 - before}

    def test_a_stop_under_way_is_waited_for_by_passing_over(self, postgres_url: str, words: Path) -> None:
        engine = make_engine(postgres_url)
        office = Office(engine, overlay=words)
        patient = office.patient()
        patient.message(message="t/one")
        stop = update(addresses).where(addresses.c.id == patient.address_id).values(consent="revoked")
        with engine.begin() as stopping:
            stopping.execute(stop)
            assert not take(office).ready
        assert not take(office).ready
        assert [row.state for row in office.rows()] == ["dropped"]
        engine.dispose()


class TestGrounds:
    def test_a_reply_is_one_for_an_hour(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        row = office.patient().message(message="t/one")
        assert not take(office, NOON + HOUR + SECOND).ready
        assert office.row(row).held_by == "ground_expired"

    def test_expired(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        row = office.patient().message(message="t/one", expires_at=NOON)
        take(office)
        assert office.row(row).held_by == "expired"

    @pytest.mark.parametrize(
        "cells, rule",
        [
            ({"died": "reported"}, "deceased"),
            ({"notices_paused_reason": "dispute"}, "paused"),
            ({"notices_paused_until": NOON + HOUR, "notices_paused_reason": "dispute"}, "paused"),
            ({"owes_cents": 0}, "no_balance"),
            ({"problem": "landline"}, "landline"),
            ({"blocked": True}, "wrong_number"),
        ],
    )
    def test_a_notice_is_dropped(self, engine: Engine, words: Path, cells: dict[str, Any], rule: str) -> None:
        office = Office(engine, overlay=words)
        row = office.patient(**cells).message(Kind.NOTICE, "t/one")
        assert not take(office).ready
        assert (office.row(row).state, office.row(row).held_by) == ("dropped", rule)

    def test_one_notice_a_day_three_a_week(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words, segments_per_second=100)
        patient = office.patient()
        for _ in range(10):
            patient.message(Kind.NOTICE, "t/one")
        assert len(take(office).ready) == 1
        assert {row.held_by for row in office.rows()[1:]} == {"day_cap"}
        for day in range(1, 5):
            patient.message(Kind.NOTICE, "t/one", due_at=NOON + timedelta(days=day))
            take(office, NOON + timedelta(days=day, seconds=1))
        assert [row.state for row in office.rows()[10:]] == ["sending", "sending", "dropped", "dropped"]
        assert office.rows()[-1].held_by == "week_cap"

    def test_a_person_took_the_thread(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words, segments_per_second=100)
        patient = office.patient(owner="staff")
        before = patient.message(message="t/one")
        receipt = patient.message(Kind.RECEIPT, "t/one")
        patient.wrote(event="StaffTook")
        after = patient.message(message="t/one")
        assert [one.outbox_id for one in take(office).ready] == [after, receipt]
        assert office.row(before).held_by == "staff_owns_thread"


class TestSecrets:
    def test_code_and_token_are_made_at_submission_and_kept_only_as_hashes(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=wording(words, t__both="{{ code }} {{ link }}"))
        patient = office.patient()
        code = patient.code()
        later = NOON + 3 * MINUTE
        link = LINK | {"person_ids": [patient.id]}
        patient.message(Kind.CODE, "t/both", code_id=code, link=link, due_at=later)
        [ready] = take(office, later).ready
        assert isinstance(ready.out, TextOut)
        six, _, url = ready.out.body.partition(" ")
        token = url.removeprefix("https://pay.harbor.example/p/")
        assert (len(six), len(token)) == (6, 22)
        [kept] = office.all(codes)
        assert (kept.sent_at, kept.expires_at) == (later, later + 10 * MINUTE)
        with engine.connect() as conn:
            [known] = code_store.ask_lately(conn, [patient.address_id], later)()
            assert judge([known], six, KEYS, later)[1] == known
            found = link_store.find(conn, KEYS, token)
        assert found
        assert (found.open_until, found.owed_cents, found.conversation_id) == (
            later + HOUR, 18450, patient.conversation_id,
        )  # fmt: skip
        everything = repr([office.rows(), office.all(links), office.all(codes), office.all(tasks)])
        assert six not in everything
        assert token not in everything
        assert office.rows()[0].text == "{code} {link}"
        assert six not in repr(ready)
        assert token not in repr(ready)

    def test_a_code_that_was_taken_back_is_not_sent(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        patient = office.patient()
        code = patient.code()
        row = patient.message(Kind.CODE, "t/code", code_id=code)
        office.set(codes, code, state="older")
        assert not take(office).ready
        assert office.row(row).held_by == "code_void"

    def test_a_second_try_has_a_new_code(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        patient = office.patient()
        row = patient.message(Kind.CODE, "t/code", code_id=patient.code())
        [first] = take(office).ready
        with engine.begin() as conn:
            record(conn, [Result(row, 1, TryLater())], NOON, lambda: 0.5)
        [second] = take(office, NOON + 2 * SECOND).ready
        assert second.attempts == 2
        assert office.all(codes)[0].sent_at == NOON + 2 * SECOND
        assert first.out != second.out


class TestValidity:
    def test_a_code_lives_ten_minutes(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        patient = office.patient()
        patient.message(Kind.CODE, "t/code", code_id=patient.code())
        assert texts(take(office))[0].validity_seconds == 600

    def test_a_link_an_hour_and_a_reply_what_is_left_of_its_own(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        office.patient().message(message="t/link", link=LINK)
        assert texts(take(office, NOON + 10 * MINUTE))[0].validity_seconds == 50 * 60

    def test_a_notice_ends_with_its_window(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        office.patient().message(Kind.NOTICE, "t/one")
        ten_to_eight = NOON + timedelta(hours=7, minutes=50)
        assert texts(take(office, ten_to_eight))[0].validity_seconds == 600

    def test_outside_it_waits_for_the_next(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        row = office.patient().message(Kind.NOTICE, "t/one")
        assert not take(office, NOON + timedelta(hours=8)).ready
        nine = datetime(2026, 5, 7, 16, tzinfo=UTC)
        assert (office.row(row).state, office.row(row).held_by, office.row(row).due_at) == ("held", "hours", nine)
        assert not take(office, nine - SECOND).ready
        assert len(take(office, nine).ready) == 1

    def test_all_zones_must_be_open(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        row = office.patient(zones=["America/New_York"], zip_zone="Pacific/Honolulu").message(
            Kind.NOTICE, "t/one", due_at=NOON - HOUR
        )
        take(office, NOON - HOUR)
        # Nine in Honolulu is three in the afternoon in New York.
        assert office.row(row).due_at == NOON

    def test_the_patients_own_zone_decides_alone(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        cells: dict[str, Any] = {
            "zones": ["America/New_York"],
            "zip_zone": "Pacific/Honolulu",
            "time_zone": "America/New_York",
        }
        office.patient(**cells).message(Kind.NOTICE, "t/one", due_at=NOON - 3 * HOUR)
        assert len(take(office, NOON - 3 * HOUR).ready) == 1
