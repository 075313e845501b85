"""A card that a patient saved on the processor's page, with what they agreed about it."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from bot.payments import Order
from bot.store import cards
from bot.store.cards import NewMandate
from bot.web import keys
from tests.bot.web.api.program import Program


async def save_card(program: Program, patient: str = "P1", *, card: str = "approve", agreed: bool = True) -> str:
    """Its id."""
    house, sandbox = program.house, program.house.app[keys.PROCESSOR]
    now, person, public_id = house.clock(), house.ids[patient], secrets.token_hex(16)
    order = Order(public_id, 0, "", house.url, now + timedelta(hours=1), keep_card=True, customer=f"customer_{person}")
    await sandbox.open_checkout(order, now)
    chosen: Any = sandbox
    news = await chosen.choose(public_id, card, now)

    def keep(conn: Connection) -> int:
        kept = cards.keep(conn, 1, person, "sandbox", news.kept, now)
        if agreed:
            cards.agree(
                conn,
                NewMandate(
                    practice_id=1,
                    person_id=person,
                    card_id=kept.id,
                    payment_id=None,
                    plan_id=None,
                    by_text=True,
                    version="1",
                    wording="I agree.",
                    language="en",
                    at=now,
                    network="10.0.0.0/24",
                ),
            )
        return kept.id

    return str(house.write(keep))
