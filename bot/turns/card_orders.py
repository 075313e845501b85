"""A reply approved a charge: the order that a worker hands to the processor, in the turn's own transaction."""

from datetime import datetime

from sqlalchemy import Connection

from bot.facts.people import today_at
from bot.store import card_charges, cards, ledger
from bot.store.card_charges import ChargeOrder
from bot.store.practices import Practice
from bot.store.shares import share_out
from conversations import effects as e

GONE, MOVED, IN_DOUBT = "approval/card_gone", "approval/not_charged", "pay/in_doubt"


def order(
    conn: Connection, asked: e.ChargeSavedCard, practice: Practice, conversation_id: int, now: datetime
) -> str | None:
    """None once it is ordered; else the message that says why not: something changed since the facts were read."""
    card = cards.find(conn, asked.card_id, lock=True)
    mandate_id = cards.mandate_for(conn, card.id, by_text=True) if card else None
    if card is None or mandate_id is None or not card.may_be_charged(today_at(now, practice.file.time_zone), now):
        return GONE
    balances = ledger.balances(conn, asked.person_ids)
    shares = share_out(asked.amount_cents, ledger.owed(conn, asked.person_ids), balances)
    if sum(shares.values()) != asked.amount_cents:
        return MOVED
    wanted = ChargeOrder(
        practice_id=practice.id,
        person_ids=asked.person_ids,
        shares=shares,
        amount_cents=asked.amount_cents,
        owed_cents=sum(max(0, cents) for cents in balances.values()),
        card=card,
        mandate_id=mandate_id,
        conversation_id=conversation_id,
    )
    return None if card_charges.order(conn, wanted, now) else IN_DOUBT
