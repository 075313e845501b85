"""Which rule keeps a notice back (47 CFR 64.1200(a))."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.store.conversations import Place, begun
from bot.store.tables import addresses, outbox
from bot.turns.road import Arrival, take_now
from conversations import effects as e
from conversations.conversation import Owner
from conversations.events import NoticeDue, Way
from tests.bot.road.cores import Scripted
from tests.harbor import MAIL, NOW, PHONE, Harbor, event, make_harbor

OTHER = "+12065550178"


class Notices:
    """Asks for notices, and hears which rule keeps them back."""

    def __init__(self, harbor: Harbor, core: Scripted) -> None:
        self.harbor, self.core = harbor, core
        self._number = 0

    def refusal(self, person: int, *, address: str = PHONE, at: datetime = NOW) -> str:
        """The rule; a notice that none keeps back is put into the outbox."""
        self._number += 1
        channel: Way = "email" if "@" in address else "text"
        place = Place(self.harbor.practice_id, channel, address)
        with self.harbor.engine.begin() as conn:
            talk, _ = begun(conn, {place})[place]
        self.core.effects = ()
        take_now(self.harbor.engine, self.harbor.world, event(NoticeDue(person), f"N{self._number}", talk, at))
        rule = self.core.seen[-1].notice_refusal
        if not rule:
            self._send(talk, person, at)
        return rule

    def _send(self, talk: int, person: int, at: datetime) -> None:
        self.core.effects = (e.Say("notice/told", kind=e.Kind.NOTICE),)
        take_now(self.harbor.engine, self.harbor.world, event(NoticeDue(person), f"N{self._number}s", talk, at))
        self.core.effects = ()


@pytest.fixture
def notices(scripted: Harbor, core: Scripted) -> Notices:
    return Notices(scripted, core)


def test_nothing_keeps_it_back(notices: Notices) -> None:
    ana = notices.harbor.patient("Ana Ruiz", owes=18450)
    assert notices.refusal(ana) == ""
    (row,) = notices.harbor.all(outbox)
    assert (row["notice_of"], row["ground"], row["kind"]) == (ana, "consent", "notice")


@pytest.mark.parametrize(
    "columns, rule",
    [
        ({"consent": "none"}, "no_consent"), ({"consent": "revoked"}, "opted_out"), ({"consent": "held"}, "held"),
        ({"problem": "landline"}, "landline"), ({"problem": "unreachable"}, "unreachable"),
        ({"blocked": True, "problem": "wrong_number"}, "wrong_number"), ({"verified": False}, ""),
    ],
)  # fmt: skip
def test_the_state_of_the_address(notices: Notices, columns: dict[str, object], rule: str) -> None:
    ana = notices.harbor.patient("Ana Ruiz", owes=18450)
    notices.harbor.change_address(PHONE, **columns)
    assert notices.refusal(ana) == rule


@pytest.mark.parametrize(
    "phone, rule",
    [("+18005550100", "toll_free"), ("+18885550100", "toll_free"), ("+442079460000", "not_us"), ("+18015550100", "")],
)
def test_numbers_that_are_not_texted(notices: Notices, phone: str, rule: str) -> None:
    ana = notices.harbor.patient("Ana Ruiz", phone=phone, owes=18450)
    assert notices.refusal(ana, address=phone) == rule


@pytest.mark.parametrize(
    "columns, rule",
    [
        ({"died": "reported"}, "deceased"), ({"died": "confirmed"}, "deceased"),
        ({"notices_paused_until": NOW + timedelta(days=1), "notices_paused_reason": "hardship"}, "paused"),
        ({"notices_paused_until": NOW - timedelta(days=1), "notices_paused_reason": "hardship"}, ""),
    ],
)  # fmt: skip
def test_the_state_of_the_patient(notices: Notices, columns: dict[str, Any], rule: str) -> None:
    assert notices.refusal(notices.harbor.patient("Ana Ruiz", owes=18450, **columns)) == rule


def test_nothing_owed(notices: Notices) -> None:
    assert notices.refusal(notices.harbor.patient("Ana Ruiz")) == "no_balance"


def test_somebody_elses_address(notices: Notices) -> None:
    notices.harbor.patient("Ana Ruiz", owes=18450)
    bo = notices.harbor.patient("Bo Ruiz", phone=OTHER, owes=18450)
    assert notices.refusal(bo) == "not_on_file"
    assert notices.refusal(4711) == "not_on_file"


def test_a_minor_is_told_through_the_guarantor(notices: Notices) -> None:
    notices.harbor.patient("Maria R", phone=OTHER)
    leo = notices.harbor.patient("Leo R", birth_date=date(2010, 1, 1), pays="Maria R", owes=7500)
    assert notices.refusal(leo) == "minor"
    assert notices.refusal(leo, address=OTHER) == ""


def test_a_minors_phone_that_is_the_guarantors_too(notices: Notices) -> None:
    notices.harbor.patient("Maria R")
    leo = notices.harbor.patient("Leo R", birth_date=date(2010, 1, 1), pays="Maria R", owes=7500)
    assert notices.refusal(leo) == ""


def test_a_practice_that_writes_to_minors(engine: Engine, core: Scripted) -> None:
    harbor = make_harbor(engine, core, policy={"notices_to_minors": "patient"})
    leo = harbor.patient("Leo R", birth_date=date(2010, 1, 1), owes=7500)
    assert Notices(harbor, core).refusal(leo) == ""


def test_a_collector_may_not_text(engine: Engine, core: Scripted) -> None:
    harbor = make_harbor(engine, core, role="collector", text_numbers=[], email="billing@harbor.example")
    ana = harbor.patient("Ana Ruiz", mail=MAIL, owes=18450)
    notices = Notices(harbor, core)
    assert notices.refusal(ana) == "collector"
    assert notices.refusal(ana, address=MAIL) == ""


def test_an_unverified_number_outside_the_simulator(engine: Engine, core: Scripted) -> None:
    harbor = make_harbor(engine, core, simulated=False)
    ana = harbor.patient("Ana Ruiz", owes=18450)
    harbor.change_address(PHONE, verified=False)
    assert Notices(harbor, core).refusal(ana) == "unverified"


def test_a_thread_that_staff_own(notices: Notices) -> None:
    ana = notices.harbor.patient("Ana Ruiz", owes=18450)
    notices.core.changes = {"owner": Owner.STAFF}
    notices.refusal(ana, at=NOW - timedelta(days=40))
    assert notices.refusal(ana) == "staff_owns_thread"


def test_one_a_day_over_all_addresses(notices: Notices) -> None:
    ana = notices.harbor.patient("Ana Ruiz", mail=MAIL, owes=18450)
    assert notices.refusal(ana) == ""
    assert notices.refusal(ana, address=MAIL, at=NOW + timedelta(hours=3)) == "day_cap"


def test_three_a_week_and_a_fortnight_about_the_same_charges(notices: Notices) -> None:
    ana = notices.harbor.patient("Ana Ruiz", owes=18450)
    for day in range(3):
        at = NOW + timedelta(days=day)
        assert notices.refusal(ana, at=at) == ""
        assert notices.refusal(ana, at=at + timedelta(days=1)) == ("week_cap" if day == 2 else "too_soon")
        notices.harbor.charge(ana, 100, at=at + timedelta(hours=1))
    assert notices.refusal(ana, at=NOW + timedelta(days=8)) == ""
    assert notices.refusal(ana, at=NOW + timedelta(days=21)) == "too_soon"
    assert notices.refusal(ana, at=NOW + timedelta(days=23)) == ""


@pytest.mark.parametrize("state", ["dropped", "failed", "undelivered"])
def test_what_reached_nobody_does_not_count(notices: Notices, state: str) -> None:
    ana = notices.harbor.patient("Ana Ruiz", owes=18450)
    assert notices.refusal(ana) == ""
    with notices.harbor.engine.begin() as conn:
        conn.execute(outbox.update().values(state=state))
    assert notices.refusal(ana, at=NOW + timedelta(hours=1)) == ""


def test_a_notice_by_hand_begins_the_conversation(notices: Notices) -> None:
    ana = notices.harbor.patient("Ana Ruiz", owes=18450)
    notices.core.effects = (e.Say("notice/told", kind=e.Kind.NOTICE),)
    arrival = Arrival("cli", "1", NoticeDue(ana), NOW, ours="+12065550100", address=PHONE)
    taken = take_now(notices.harbor.engine, notices.harbor.world, arrival)
    assert len(taken.outbox_ids) == 1
    found = notices.harbor.rows(
        select(addresses.c.address).where(addresses.c.id == notices.harbor.all(outbox)[0]["address_id"])
    )
    assert found == [{"address": PHONE}]
