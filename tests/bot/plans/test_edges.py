"""What happens at the same moment, beside a plan, or to what surrounds it."""

import asyncio
from datetime import date

from sqlalchemy import Engine, update

from bot.plans import deciding
from bot.plans.new_card import NewCard, use
from bot.plans.signing import Signature, sign
from bot.store import cards, plan_changes, promises
from bot.store.money_tables import cards as cards_table
from bot.store.money_tables import mandates
from bot.store.tables import outbox, tasks
from conversations.events import NoticeDue
from tests.bot.plans.clinic import Clinic, at, open_clinic
from tests.harbor import event

FIFTEENTH = date(2026, 5, 15)


async def notice(clinic: Clinic) -> str:
    """A balance notice is tried; the rule that keeps it back."""
    taken = await clinic.road.take(
        event(NoticeDue(clinic.person), f"n{clinic.clock().timestamp()}", clinic.talk(), clinic.clock())
    )
    return taken.reason


async def test_cancel_in_answer_to_an_announcement(engine: Engine) -> None:
    """No more texts, a task for staff, and no charge that nobody heard of."""
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        await clinic.live_to(date(2026, 5, 13))
        await clinic.hear("CANCEL")
        assert any("plan" in kind for kind in clinic.tasks())
        said = [row["channel"] for row in clinic.harbor.all(outbox)]
        await clinic.live_to(date(2026, 6, 20))
        later = [row["channel"] for row in clinic.harbor.all(outbox)][len(said) :]
        assert set(later) <= {"email"}


async def test_balance_notices_stop_while_a_plan_runs(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        assert await notice(clinic) == "on_plan"
        clinic.harbor.charge(clinic.person, 2000, at=clinic.clock())
        clinic.clock.forward(hours=1)
        assert await notice(clinic) != "on_plan"


async def test_balance_notices_wait_for_a_promise(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        clinic.patient(18450)
        await clinic.hear("balance")
        practice, talk, parts = clinic.harbor.practice_id, clinic.talk(), ((date(2026, 5, 8), 18450),)
        clinic.write(lambda conn: promises.make(conn, practice, talk, (clinic.person,), parts, clinic.clock()))
        assert await notice(clinic) == "promised"


async def test_signed_in_two_tabs_at_once(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        clinic.patient(16000)
        await clinic.hear("hello")
        clinic.propose(2, FIFTEENTH)
        card = await clinic.card()
        await asyncio.gather(*(clinic.sign(card) for _ in range(8)))
        assert clinic.said().count("plan_news/signed") == 1
        assert len(clinic.rows()) == 2
        assert clinic.story().count("activated") == 1


async def test_another_card_takes_over_what_failed(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        clinic.bank.next_charges = ["never"]
        await clinic.live_to(date(2026, 5, 16))
        assert clinic.charged() == []
        new = await clinic.card("approve", "k2")
        wanted = NewCard(clinic.plan_id, new, "198.51.100.0/24", "en")
        await clinic.road.take(use(wanted, clinic.harbor.world, clinic.clock()))
        await clinic.live_to(date(2026, 6, 16))
        assert clinic.charged() == [("05/20 09:00", 8000), ("06/15 09:00", 8000)]
        assert [row["plan_id"] for row in clinic.harbor.all(mandates)] == [clinic.plan_id] * 2


async def test_an_expired_card(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        clinic.write(lambda conn: conn.execute(update(cards_table).values(expires_on=date(2026, 4, 30))))
        await clinic.live_to(date(2026, 5, 20))
        assert clinic.charged() == []
        assert clinic.tasks() == ["plan_card"]
        assert clinic.said().count("installment/due") == 1


async def test_cancelled_while_it_is_being_charged(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        await clinic.live_to(date(2026, 5, 14))
        clinic.clock.forward(hours=12)
        await clinic.schedule.look()
        desk = clinic.desk()
        clinic.write(lambda conn: deciding.cancel(conn, desk, clinic.plan_id))
        await clinic.settle()
        assert clinic.charged() == []
        assert {row["state"] for row in clinic.rows()} == {"dropped"}


async def test_a_pause_that_finds_no_way_to_announce_ends_with_the_next_month(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH, mail="")
        await clinic.hear("STOP")
        await clinic.live_to(date(2026, 5, 16))
        assert clinic.charged() == []
        await clinic.hear("START")
        clinic.write(lambda conn: plan_changes.pause(conn, clinic.plan(conn), "kim", clinic.clock()))
        clinic.write(lambda conn: plan_changes.resume(conn, clinic.plan(conn), "kim", clinic.clock()))
        await clinic.live_to(date(2026, 7, 16))
        assert clinic.charged() == [("06/15 09:00", 8000), ("07/15 09:00", 8000)]


async def test_a_page_that_shows_other_words_signs_nothing(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        clinic.patient(16000)
        await clinic.hear("hello")
        clinic.propose(2, date(2026, 5, 7))
        card = await clinic.card()
        clinic.clock.forward(days=1, hours=12)
        old = Signature(clinic.plan_id, "Ana Ruiz", "198.51.100.0/24", "en", "0123456789abcdef", card)
        await clinic.road.take(sign(old, clinic.harbor.world, clinic.clock()))
        assert clinic.state == "pending"


async def test_a_day_forward_and_back(engine: Engine) -> None:
    """A clock that is ten minutes off on another server moves nothing twice."""
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        await clinic.live_to(date(2026, 5, 14))
        await clinic.go_to(at("2026-05-15", 9, 5))
        clinic.clock.forward(minutes=-10)
        await clinic.settle()
        await clinic.go_to(at("2026-05-15", 9, 10))
        assert len(clinic.charged()) == 1


async def test_done_tasks_stay_done(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        clinic.write(lambda conn: cards.remove(conn, 1, "patient", clinic.clock()))
        await clinic.live_to(date(2026, 5, 16))
        clinic.write(lambda conn: conn.execute(update(tasks).values(done_at=clinic.clock())))
        await clinic.live_to(date(2026, 5, 18))
        assert clinic.tasks() == ["plan_card"]


async def test_a_payment_in_doubt_on_the_day_of_an_installment(engine: Engine) -> None:
    """One payment at a time: the installment waits, and what was paid by hand counts for it."""
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, FIFTEENTH)
        await clinic.live_to(date(2026, 5, 14))
        key = await clinic.pays_by_hand(8000)
        await clinic.go_to(at("2026-05-15", 9))
        assert clinic.charged() == []
        await clinic.bank_says(key, 8000)
        await clinic.live_to(date(2026, 5, 17))
        assert [cents for _, cents in clinic.charged()] == [8000]
        assert clinic.balance() == 8000
        assert clinic.story().count("ordered") == 0


async def test_a_card_that_is_removed_again_and_again(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(1, FIFTEENTH)
        for card in (1, 2):
            clinic.write(lambda conn, card=card: cards.remove(conn, card, "patient", clinic.clock()))
            await clinic.live_to(date(2026, 5, 16 + 5 * (card - 1)))
            assert clinic.said().count("installment/due") == card
            new = NewCard(clinic.plan_id, await clinic.card("approve", f"again{card}"), "198.51.100.0/24", "en")
            await clinic.road.take(use(new, clinic.harbor.world, clinic.clock()))
        await clinic.live_to(date(2026, 5, 26))
        assert len(clinic.charged()) == 1
