"""Plans that change: signed late or never, paid ahead, added to, moved, paused, cancelled, replaced."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.payments.protocol import Order
from bot.plans import deciding
from bot.store import cards, installments, ledger, payments, plan_changes
from bot.store.payments import NewAttempt
from tests.bot.plans.clinic import Clinic, at, open_clinic

FIFTEENTH = date(2026, 5, 15)


def left(clinic: Clinic) -> list[tuple[str, int]]:
    return [
        (f"{row['due_on']:%m/%d}", row["amount_cents"]) for row in clinic.rows() if row["state"] in installments.LEFT
    ]


def add(clinic: Clinic, cents: int, most: int) -> None:
    """She agrees that a new sum is added."""
    now = clinic.clock()
    clinic.write(lambda conn: plan_changes.add(conn, clinic.plan(conn), cents, most, "patient", now))


def pay(clinic: Clinic, cents: int, name: str = "cash") -> None:
    """At the desk, in cash."""
    sides = (
        ledger.Posting("receivable", clinic.person, -cents),
        ledger.Posting("elsewhere", clinic.person, cents),
    )
    entry = ledger.Entry(clinic.harbor.practice_id, "payment_elsewhere", name, clinic.clock(), sides)
    clinic.write(lambda conn: ledger.post(conn, entry))


async def test_unsigned_for_a_week(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        clinic.patient(16000)
        await clinic.hear("hello")
        clinic.propose(2, FIFTEENTH)
        await clinic.live_to(date(2026, 5, 12))
        assert clinic.state == "pending"
        await clinic.live_to(date(2026, 5, 30))
        assert clinic.state == "dormant"
        assert clinic.said().count("plan_news/unsigned") == 1
        await clinic.sign(await clinic.card())
        assert clinic.state == "active"
        assert left(clinic) == [("06/15", 8000), ("07/15", 8000)]


async def test_signed_with_a_new_card_it_begins_when_the_card_is_saved(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        person = clinic.patient(16000)
        await clinic.hear("hello")
        clinic.propose(2, FIFTEENTH)
        new = NewAttempt(
            practice_id=clinic.harbor.practice_id,
            link_id=None,
            conversation_id=None,
            person_ids=(person,),
            shares={person: 0},
            amount_cents=0,
            owed_cents=16000,
            processor="sandbox",
            public_id="setup",
            made_at=clinic.clock(),
            keep_card=True,
        )
        clinic.write(lambda conn: payments.begin(conn, new))
        attempt = clinic.write(lambda conn: payments.find(conn, "setup"))
        await clinic.sign(payment_id=attempt.id)
        await clinic.settle()
        assert clinic.state == "pending"
        now = clinic.clock()
        await clinic.bank.open_checkout(
            Order("setup", 0, "", "http://x", now + timedelta(hours=1), keep_card=True), now
        )
        news = await clinic.bank.choose("setup", "approve", now)
        assert news
        assert news.kept
        kept = news.kept
        clinic.write(
            lambda conn: cards.tie(
                conn, attempt.id, cards.keep(conn, clinic.harbor.practice_id, person, "sandbox", kept, now).id
            )
        )
        await clinic.settle()
        assert clinic.state == "active"
        assert clinic.said()[-1] == "plan_news/signed"


async def test_pressed_twice_or_on_an_old_page_nothing_more_happens(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        said = clinic.said()
        await clinic.sign(1)
        assert clinic.said() == said
        assert len(clinic.rows()) == 2


async def test_paid_ahead_the_last_ones_fall_away(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(4, FIFTEENTH)
        pay(clinic, 5000)
        await clinic.settle()
        assert left(clinic) == [("05/15", 4000), ("06/15", 4000), ("07/15", 3000)]
        pay(clinic, 11000, "rest")
        await clinic.settle()
        assert (clinic.state, left(clinic)) == ("closed", [])
        assert clinic.said()[-1] == "plan_news/paid_off"


async def test_what_is_overdue_is_covered_first(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(4, FIFTEENTH)
        clinic.bank.next_charges = ["needs_patient"]
        await clinic.live_to(date(2026, 5, 16))
        pay(clinic, 4000)
        await clinic.settle()
        assert left(clinic) == [("06/15", 4000), ("07/15", 4000), ("08/15", 4000)]


async def test_a_new_balance_is_added_and_announced_ten_days_before(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12), installments=2) as clinic:
        await clinic.begin(2, FIFTEENTH)
        clinic.harbor.charge(clinic.person, 2000)
        add(clinic, 2000, 2)
        assert left(clinic) == [("05/15", 8000), ("06/15", 10000)]
        await clinic.live_to(date(2026, 6, 4))
        assert clinic.said().count("plan_news/coming") == 1
        await clinic.live_to(date(2026, 6, 5))
        assert clinic.said().count("plan_news/coming") == 2
        await clinic.live_to(date(2026, 6, 16))
        assert clinic.charged() == [("05/15 09:00", 8000), ("06/15 09:00", 10000)]


async def test_a_changed_sum_with_nine_days_notice_waits(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(1, FIFTEENTH)
        clinic.harbor.charge(clinic.person, 2000)
        add(clinic, 2000, 1)
        await clinic.settle()
        assert left(clinic) == [("05/15", 18000)]
        await clinic.live_to(date(2026, 5, 15))
        assert clinic.charged() == []
        await clinic.live_to(date(2026, 5, 17))
        assert clinic.charged() == [("05/16 09:00", 18000)]


async def test_moved_paused_and_gone_on_with(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(4, FIFTEENTH)
        clinic.write(
            lambda conn: plan_changes.move(conn, clinic.plan(conn), date(2026, 5, 20), "patient", clinic.clock())
        )
        await clinic.live_to(date(2026, 5, 21))
        assert clinic.charged() == [("05/20 09:00", 4000)]
        desk = clinic.desk()
        clinic.write(lambda conn: deciding.pause(conn, desk, clinic.plan_id))
        assert clinic.state == "dormant"
        await clinic.live_to(date(2026, 8, 1))
        assert len(clinic.charged()) == 1
        desk = clinic.desk()
        clinic.write(lambda conn: deciding.activate(conn, desk, clinic.plan_id))
        assert left(clinic) == [("08/15", 4000), ("09/15", 4000), ("10/15", 4000)]
        await clinic.live_to(date(2026, 8, 16))
        assert clinic.charged()[1:] == [("08/15 09:00", 4000)]


async def test_cancelled_nothing_more_is_charged(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(4, FIFTEENTH)
        desk = clinic.desk()
        clinic.write(lambda conn: deciding.cancel(conn, desk, clinic.plan_id))
        assert clinic.said()[-1] == "plan_news/cancelled"
        await clinic.live_to(date(2026, 5, 20))
        assert clinic.charged() == []


async def test_a_write_off_shrinks_it(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        sides = (
            ledger.Posting("receivable", clinic.person, -9000),
            ledger.Posting("adjusted", clinic.person, 9000),
        )
        entry = ledger.Entry(clinic.harbor.practice_id, "write_off", "w1", clinic.clock(), sides)
        clinic.write(lambda conn: ledger.post(conn, entry))
        await clinic.settle()
        assert left(clinic) == [("05/15", 7000)]


@given(
    amounts=st.lists(st.integers(1, 50_000), min_size=1, max_size=6),
    rest=st.integers(0, 500_000),
    growing=st.integers(0, 6),
)
def test_what_is_spread_is_spread_whole_and_evenly(amounts: list[int], rest: int, growing: int) -> None:
    new = [installments.NewInstallment(n, FIFTEENTH, cents, None) for n, cents in enumerate(amounts)]
    grown, shares = plan_changes._spread(rest, new, growing)
    more = [one.amount_cents - cents for one, cents in zip(grown, amounts, strict=True)] + shares
    assert sum(more) == rest
    assert max(more) - min(more) <= 1


@pytest.mark.parametrize("seed", range(6))
async def test_a_plan_never_takes_more_than_is_owed(engine: Engine, seed: int) -> None:
    """Sums are added and paid beside it in any order: what is left to be charged is at most what is owed."""
    chance = Random(seed)
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH, owes=20_000)
        for number in range(12):
            cents, most = chance.randint(1, 9_000), chance.randint(1, 6)
            if chance.random() < 0.5:
                clinic.harbor.charge(clinic.person, cents)
                add(clinic, cents, most)
            else:
                pay(clinic, cents, f"cash{number}")
            await clinic.settle()
            planned = sum(one for _, one in left(clinic))
            assert planned <= max(0, clinic.balance())
            assert planned == max(0, clinic.balance()) or clinic.state == "closed"
            if clinic.state == "closed":
                return


async def test_a_sum_is_added_while_the_last_one_is_being_charged(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(1, FIFTEENTH)
        await clinic.live_to(date(2026, 5, 14))
        clinic.clock.forward(hours=12)
        await clinic.schedule.look()
        clinic.harbor.charge(clinic.person, 2000)
        add(clinic, 2000, 1)
        await clinic.settle()
        assert left(clinic) == [("06/15", 2000)]
