"""The last press for a saved card: the attempt that stands on the page becomes a charge of that card, once."""

from datetime import datetime

from sqlalchemy import Connection

from bot.paying.checkout import checkouts
from bot.paying.checkout.checkouts import Hindrance
from bot.store import card_charges, cards, payments
from bot.store.card_charges import ChargeOrder
from bot.store.cards import Card
from bot.store.page_sessions import PageSession
from bot.store.payments import Attempt
from conversations.conversation import Proof


def usable_card(conn: Connection, session: PageSession, card_id: int, now: datetime) -> Card | None:
    """That card, if it is theirs, they are proved, and it may be charged now."""
    if session.proof is not Proof.PERSON:
        return None
    card = cards.find(conn, card_id)
    good = card and card.practice_id == session.practice_id and card.person_id in session.person_ids
    if card is None or not good or cards.owner_died(conn, card):
        return None
    return card if card.may_be_charged(now.date(), now) else None


def charge(
    conn: Connection, session: PageSession, attempt: Attempt, card_id: int, now: datetime
) -> Attempt | Hindrance:
    """Hands the attempt to who charges saved cards. Pressed again it is on its way already, or done."""
    if attempt.state != payments.OPEN or payments.is_out(attempt):
        return attempt
    card = usable_card(conn, session, card_id, now)
    mandate_id = cards.mandate_for(conn, card.id) if card else None
    if card is None or mandate_id is None:
        return Hindrance.CARD_GONE
    if not checkouts.requote(conn, attempt, now):
        return Hindrance.ENDED
    if attempt.checkout_url:
        # Its page is open at the processor under that name: it is closed, and the card is charged under a new one.
        wanted = ChargeOrder(
            practice_id=attempt.practice_id,
            person_ids=attempt.person_ids,
            shares=attempt.shares,
            amount_cents=attempt.amount_cents,
            owed_cents=attempt.owed_cents,
            card=card,
            mandate_id=mandate_id,
            conversation_id=attempt.conversation_id,
            link_id=attempt.link_id,
            charge_ids=attempt.charge_ids,
        )
        return card_charges.order(conn, wanted, now) or Hindrance.IN_DOUBT
    return card_charges.put_on_card(conn, attempt, card, mandate_id, now) or attempt
