"""What a turn knows of plans, promises and reviews; and what it costs who has none."""

from datetime import date

from sqlalchemy import Connection, Engine

from bot.facts import people as people_facts
from bot.store import installments, plan_changes, promises, reviews
from bot.store.money_tables import promises as promises_table
from conversations.facts import Person, Plan, Promised
from conversations.steps.running_days import next_due
from tests.bot.plans.clinic import Clinic, at, open_clinic

ZONE = "America/Los_Angeles"
FIFTEENTH = date(2026, 5, 15)


def known(clinic: Clinic) -> Person:
    """Ana, as a turn in her thread would know her."""

    def look(conn: Connection) -> Person:
        now = clinic.clock()
        circle = people_facts.gather(conn, [1], now)
        here, _ = people_facts.persons(circle, 1, ZONE, {}, now, simulated=True)
        return here[0]

    found = clinic.write(look)
    assert isinstance(found, Person)
    return found


async def test_a_plan_that_waits(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        clinic.patient(16000)
        plan_id = clinic.propose(3, FIFTEENTH, waits="approval")
        assert known(clinic).plan == Plan(
            plan_id,
            "pending",
            "approval",
            5334,
            left=3,
            remaining_cents=16000,
            next_on=FIFTEENTH,
            next_cents=5334,
            day=15,
        )


async def test_a_plan_that_runs(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        await clinic.live_to(date(2026, 5, 15))
        clinic.harbor.charge(clinic.person, 2000)
        plan = known(clinic).plan
        assert plan == Plan(
            clinic.plan_id,
            "active",
            "",
            8000,
            left=1,
            remaining_cents=8000,
            next_on=date(2026, 6, 15),
            next_cents=8000,
            card_brand="Visa",
            card_last4="4242",
            addable_cents=2000,
            day=15,
        )
        clinic.write(lambda conn: plan_changes.pause(conn, clinic.plan(conn), "kim", clinic.clock()))
        paused = known(clinic).plan
        assert paused
        assert (paused.state, paused.paused) == ("active", True)


async def test_a_refused_installment_is_next_on_the_day_of_its_next_try(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        clinic.bank.next_charges = ["decline"]
        await clinic.live_to(date(2026, 5, 16))
        plan = known(clinic).plan
        assert plan
        assert (plan.left, plan.next_on) == (2, date(2026, 5, 18))


async def test_promises_and_reviews(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        person = clinic.patient(18450)
        await clinic.hear("hello")
        practice, talk, now = clinic.harbor.practice_id, clinic.talk(), clinic.clock()
        parts = ((date(2026, 5, 8), 5000), (date(2026, 5, 20), 13450))
        clinic.write(lambda conn: promises.make(conn, practice, talk, (person,), parts, now))
        clinic.write(lambda conn: reviews.open_review(conn, practice, talk, "D-7", (person,), now, None, now))
        first, second = promises_of(clinic)
        assert known(clinic).promises == (Promised(first, *parts[0]), Promised(second, *parts[1]))
        assert known(clinic).review == "D-7"
        clinic.clock.forward(minutes=5)
        await clinic.bank_says(await clinic.pays_by_hand(6000), 6000)
        assert known(clinic).promises == (Promised(second, date(2026, 5, 20), 12450),)


async def test_who_has_none(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        clinic.patient(16000)
        plain = known(clinic)
        assert (plain.plan, plain.promises, plain.promises_broken, plain.review) == (None, (), 0, "")


def promises_of(clinic: Clinic) -> list[int]:
    return [row["id"] for row in clinic.harbor.all(promises_table)]


async def test_a_moved_payment_leaves_the_plan_its_day(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(3, FIFTEENTH)
        moved_to = date(2026, 5, 20)
        clinic.write(lambda conn: plan_changes.move(conn, clinic.plan(conn), moved_to, "patient", clinic.clock()))
        clinic.write(lambda conn: plan_changes.pause(conn, clinic.plan(conn), "patient", clinic.clock()))
        plan = known(clinic).plan
        assert plan is not None
        assert (plan.next_on, plan.day) == (moved_to, 15)
        assert next_due(plan, date(2026, 5, 17)) == moved_to
        goes_on = next_due(plan, date(2026, 5, 18))
        assert goes_on == date(2026, 6, 15)
        clinic.clock.forward(days=12)
        clinic.write(lambda conn: plan_changes.resume(conn, clinic.plan(conn), "patient", clinic.clock(), goes_on))
        days = clinic.write(
            lambda conn: [one.due_on for one in installments.of(conn, [clinic.plan_id])[clinic.plan_id]]
        )
        assert days == [date(2026, 6, 15), date(2026, 7, 15), date(2026, 8, 15)]
