"""One practice's account at Stripe lets us in no more: that practice waits, and the others go on."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.payments import KeptCard
from bot.practice_file import parse_practice
from bot.practices import apply
from bot.store import cards, payments
from bot.store.money_tables import cards as card_rows
from bot.store.money_tables import reconciliations
from bot.store.payments import NewAttempt
from bot.store.tables import tasks
from bot.web import keys
from tests.bot.web.house import FILE
from tests.bot.web.shop import Shop, open_shop

PINE = FILE | {"slug": "pine", "name": "Pine Clinic", "text_numbers": ["+12065550177"], "receipt_prefix": "PIN"}
HARBOR_ID, PINE_ID = 1, 2


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """Two practices, of which the first has lost its account."""
    async with open_shop(tmp_path) as found:

        def furnish(conn: Connection) -> None:
            now = found.house.clock()
            apply(conn, parse_practice(FILE | {"stripe_account": "acct_shut"}), now)
            apply(conn, parse_practice(PINE | {"stripe_account": "acct_pine"}), now)

        found.house.write(furnish)
        found.house.app[keys.WORLD].practices.forget()
        found.there.shut.add("acct_shut")
        yield found


def begun(shop: Shop) -> None:
    """Each of them was paid by somebody once, so each has nights to compare."""
    owner = shop.house.ids["P1"]

    def write(conn: Connection) -> None:
        for practice in (HARBOR_ID, PINE_ID):
            new = NewAttempt(
                practice, None, None, (owner,), {owner: 0}, 0, 0, "stripe", f"a{practice}", shop.house.clock()
            )
            assert payments.begin(conn, new)
            payments.end(conn, practice, payments.DECLINED)

    shop.house.write(write)


async def test_the_others_are_compared_and_staff_are_told_once(shop: Shop) -> None:
    begun(shop)
    seen: list[set[int]] = []
    for _ in range(4):
        shop.house.clock.forward(days=1)
        nights = len(seen) + 1
        await shop.house.until(lambda n=nights: len(shop.house.rows(reconciliations)) == n)  # type: ignore[misc]
        seen.append({row.practice_id for row in shop.house.rows(reconciliations)})
        if nights > 1:
            await shop.house.until(lambda: shop.house.rows(tasks))
        assert len(shop.house.rows(tasks)) == (1 if nights > 1 else 0)
    assert seen == [{PINE_ID}] * 4
    (task,) = shop.house.rows(tasks)
    assert (task.kind, task.practice_id, task.urgent) == ("not_reconciled", HARBOR_ID, True)

    shop.there.shut.clear()
    shop.house.clock.forward(minutes=11)
    await shop.house.until(lambda: len(shop.house.rows(reconciliations)) == 5)
    late = shop.house.rows(reconciliations)[-1]
    assert (late.practice_id, late.until - late.since) == (HARBOR_ID, timedelta(days=4))
    (task,) = shop.house.rows(tasks)
    assert task.done_by == "paybot"


async def test_removed_cards_of_the_others_are_forgotten(shop: Shop) -> None:
    owner, book, now = shop.house.ids["P1"], shop.there.book, shop.house.clock()

    def remove(conn: Connection) -> None:
        # More of the practice that is shut out than are looked at in one go, and they are older.
        for practice, account, many in ((HARBOR_ID, "acct_shut", 60), (PINE_ID, "acct_pine", 2)):
            for _ in range(many):
                method = book.method(account, "approve", "cus_1")
                kept = KeptCard("cus_1", method["id"], "Visa", "4242", date(2030, 12, 31))
                card = cards.keep(conn, practice, owner, "stripe", kept, now)
                cards.remove(conn, card.id, "patient", now)

    def left() -> list[int]:
        return [row.practice_id for row in shop.house.rows(card_rows) if row.forgotten_at is None]

    shop.house.write(remove)
    shop.house.clock.forward(seconds=10)
    await shop.house.until(lambda: any("/detach" in body for body in shop.there.bodies))
    shop.house.clock.forward(seconds=10)
    await shop.house.until(lambda: left() == [HARBOR_ID] * 60)
    shop.there.shut.clear()
    shop.house.clock.forward(minutes=11)
    await shop.house.until(lambda: len(left()) <= 10)
    shop.house.clock.forward(seconds=10)
    await shop.house.until(lambda: left() == [])
