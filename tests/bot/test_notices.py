"""`paybot notice` on the road: what is queued, what waits for the morning, what is refused, and by which rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from bot import sample
from bot.keys import Keys
from bot.notices import RULES, Notice, State, UnknownPatientError, send_notice
from bot.store import tables as t
from bot.store.engine import make_engine
from bot.store.practices import Practices
from bot.turns.arrivals import World
from conversations.events import Way

MORNING = datetime(2026, 5, 6, 17, 5, tzinfo=UTC)
NIGHT = datetime(2026, 5, 7, 6, 0, tzinfo=UTC)


@dataclass
class Office:
    """A furnished practice, and the hand that sends notices."""

    engine: Engine
    world: World

    def notice(self, patient_id: str, channel: Way = "text", now: datetime = MORNING) -> Notice:
        with self.engine.connect() as conn:
            practice = self.world.practices.by_slug(conn, "harbor")
        assert practice
        return send_notice(self.engine, self.world, practice, patient_id, channel, lambda: now)

    def sent_to(self, notice: Notice) -> str:
        sent = select(t.addresses.c.address).join(t.outbox, t.outbox.c.address_id == t.addresses.c.id)
        with self.engine.connect() as conn:
            return str(conn.scalars(sent.where(t.outbox.c.id == notice.outbox_id)).one())

    def change(self, table: Any, where: Any, **values: Any) -> None:
        with self.engine.begin() as conn:
            conn.execute(update(table).where(where).values(values))


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    engine = make_engine(database_url)
    sample.furnish(engine, lambda: MORNING)
    yield Office(engine, World(Practices(), Keys(["k" * 32])))
    engine.dispose()


def test_a_notice_is_queued_once_and_then_the_cap_holds(office: Office) -> None:
    first = office.notice("P100")
    assert (first.state, office.sent_to(first)) == (State.QUEUED, "+12065550111")
    again = office.notice("P100")
    assert (again.state, again.rule) == (State.REFUSED, "day_cap")
    assert office.notice("P101", "email").state is State.QUEUED


def test_at_night_it_is_held_until_the_morning(office: Office) -> None:
    held = office.notice("P100", now=NIGHT)
    assert (held.state, held.rule) == (State.HELD, "hours")
    assert held.until == datetime(2026, 5, 7, 16, 0, tzinfo=UTC)


def test_where_number_and_zip_disagree_both_must_be_awake(office: Office) -> None:
    """Kalea's number is Hawaiian, her ZIP is in Seattle: nine there is noon here."""
    held = office.notice("P111")
    assert (held.state, held.until) == (State.HELD, datetime(2026, 5, 6, 19, 0, tzinfo=UTC))


def test_a_childs_notice_goes_to_who_pays_for_it(office: Office) -> None:
    assert office.sent_to(office.notice("P106")) == "+12065550116"
    assert office.sent_to(office.notice("P103")) == "+12065550113"


@pytest.mark.parametrize(
    "patient, channel, rule",
    [
        ("P109", "text", "no_balance"),
        ("P110", "text", "opted_out"),
        ("P113", "text", "no_address"),
        ("P108", "email", "no_address"),
    ],
)
def test_the_rule_that_refuses_is_named(office: Office, patient: str, channel: Way, rule: str) -> None:
    refused = office.notice(patient, channel)
    assert (refused.state, refused.rule, refused.outbox_id) == (State.REFUSED, rule, None)
    assert refused.why == RULES[rule]


def test_what_is_known_of_the_patient_or_the_number_refuses_too(office: Office) -> None:
    ana, phone = t.people.c.patient_id == "P100", t.addresses.c.address == "+12065550111"
    office.change(t.people, ana, died="reported")
    assert office.notice("P100").rule == "deceased"
    office.change(t.people, ana, died=None, notices_paused_reason="dispute")
    assert office.notice("P100").rule == "paused"
    office.change(t.people, ana, notices_paused_reason=None)
    office.change(t.addresses, phone, problem="landline")
    assert office.notice("P100").rule == "landline"
    office.change(t.addresses, phone, problem=None, consent="none")
    assert office.notice("P100").rule == "no_consent"


def test_a_possible_number_is_texted_by_the_simulator_only(office: Office) -> None:
    office.world = World(Practices(), Keys(["k" * 32]), simulated=False)
    assert office.notice("P112").rule == "unverified"


def test_who_is_unknown_is_told(office: Office) -> None:
    with pytest.raises(UnknownPatientError):
        office.notice("P999")
