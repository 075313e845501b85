"""A bank refuses: tries within the networks' limits, then staff; a card that may not be charged; ways to be told."""

from datetime import date, timedelta

from sqlalchemy import Engine, update

from bot.store import cards
from bot.store.tables import addresses, outbox, people
from tests.bot.plans.clinic import at, open_clinic
from tests.harbor import PHONE

FIFTEENTH = date(2026, 5, 15)


async def test_four_tries_within_thirty_days_then_staff(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        clinic.bank.next_charges = ["decline"] * 4
        await clinic.live_to(date(2026, 6, 10))
        assert clinic.state == "defaulted"
        assert clinic.bank.next_charges == []
        told = [word for word in clinic.said() if word.startswith(("charge/", "plan_news/defaulted"))]
        assert told == ["charge/declined_retry"] * 3 + ["charge/declined", "plan_news/defaulted"]
        assert clinic.tasks() == ["plan_defaulted"]
        assert clinic.balance() == 16000
        await clinic.live_to(date(2026, 6, 20))
        assert clinic.charged() == []


async def test_the_second_try_goes_through(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        clinic.bank.next_charges = ["decline"]
        await clinic.live_to(date(2026, 6, 16))
        assert clinic.charged() == [("05/18 09:00", 8000), ("06/15 09:00", 8000)]
        assert clinic.state == "closed"


async def test_a_card_that_must_never_be_tried_again(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        clinic.bank.next_charges = ["never"]
        await clinic.live_to(date(2026, 6, 16))
        assert clinic.charged() == []
        assert clinic.tasks() == ["plan_card", "plan_card"]
        assert clinic.said().count("installment/due") == 1  # the second one; of the first they heard that it failed
        assert clinic.story().count("ordered") == 1
        assert clinic.state == "active"


async def test_the_bank_wants_to_hear_from_the_patient(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        clinic.bank.next_charges = ["needs_patient"]
        await clinic.live_to(date(2026, 6, 16))
        assert "charge/needs_patient" in clinic.said()
        assert clinic.tasks() == ["plan_payment"]
        assert clinic.charged() == [("06/15 09:00", 8000)]
        assert clinic.state == "active"


async def test_a_removed_card(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        clinic.write(lambda conn: cards.remove(conn, 1, "patient", clinic.clock()))
        await clinic.live_to(date(2026, 5, 16))
        assert clinic.charged() == []
        assert clinic.tasks() == ["plan_card"]
        assert clinic.said().count("installment/due") == 1


async def test_a_card_that_rests_after_a_change_of_address(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        await clinic.live_to(date(2026, 5, 14))
        clinic.write(lambda conn: cards.hold(conn, [clinic.person], clinic.clock() + timedelta(hours=24)))
        await clinic.live_to(date(2026, 5, 17))
        assert clinic.charged() == [("05/16 09:00", 8000)]
        assert clinic.tasks() == ["plan_card_held"]


async def test_a_reported_death_holds_the_plan(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        clinic.write(lambda conn: conn.execute(update(people).values(died="reported")))
        said = len(clinic.said())
        await clinic.live_to(date(2026, 5, 20))
        assert clinic.charged() == []
        assert len(clinic.said()) == said


async def test_who_opted_out_is_told_by_mail_and_charged_as_agreed(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        await clinic.hear("STOP")
        await clinic.live_to(date(2026, 5, 16))
        announced = [row["channel"] for row in clinic.harbor.all(outbox) if row["message"] == "plan_news/coming"]
        assert announced == ["email"]
        assert clinic.charged() == [("05/15 09:00", 8000)]


async def test_with_no_way_left_nobody_is_charged_silently(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH, mail="")
        await clinic.hear("STOP")
        await clinic.live_to(date(2026, 5, 20))
        assert clinic.charged() == []
        assert "plan_unannounced" in clinic.tasks()


async def test_an_announcement_that_did_not_arrive_is_made_again_by_mail(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        await clinic.live_to(date(2026, 5, 13))
        coming = outbox.c.message == "plan_news/coming"
        clinic.write(lambda conn: conn.execute(update(outbox).where(coming).values(state="undelivered")))
        await clinic.live_to(date(2026, 5, 16))
        assert clinic.charged() == []
        await clinic.live_to(date(2026, 5, 19))
        assert clinic.charged() == [("05/18 09:00", 8000)]
        ways = [row["channel"] for row in clinic.harbor.all(outbox) if row["message"] == "plan_news/coming"]
        assert ways == ["text", "email"]


async def test_a_landline_is_no_way(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        clinic.write(
            lambda conn: conn.execute(update(addresses).where(addresses.c.address == PHONE).values(problem="landline"))
        )
        await clinic.live_to(date(2026, 5, 16))
        assert clinic.charged() == [("05/15 09:00", 8000)]
