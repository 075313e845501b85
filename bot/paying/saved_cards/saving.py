"""A card is saved for later, and nothing is paid: whose it will be, what was agreed to, and which one it became."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.facts.people import answered_for
from bot.paying.checkout import checkouts
from bot.paying.checkout.checkouts import Hindrance, Payer
from bot.paying.saved_cards import mandates
from bot.paying.saved_cards.mandates import Consent
from bot.store import cards
from bot.store.cards import NewMandate
from bot.store.money_tables import mandates as rows
from bot.store.page_sessions import PageSession
from bot.store.payments import Attempt


def holder_of(conn: Connection, session: PageSession, patient: int | None, now: datetime) -> int:
    """Whose card it will be: of who is signed in the one who pays for the others, else that patient or the first."""
    ids = session.person_ids
    payers = [payer for _, payer in answered_for(conn, ids, now) if payer in ids]
    return payers[0] if payers else patient if patient in ids else ids[0]


def begin(
    conn: Connection, session: PageSession, processor: str, consent: Consent, holder: int, now: datetime
) -> Attempt | Hindrance:
    """The checkout, and what was agreed to before it. Pressing again comes to the same one, with the last word."""
    payer = Payer(session.practice_id, (holder,), session.link_id, session.conversation_id)
    begun = checkouts.begin_saving(conn, payer, processor, now, checkouts.ends_at(conn, session, now))
    if isinstance(begun, Attempt):
        _agree(conn, begun, consent, holder, now)
    return begun


def _agree(conn: Connection, attempt: Attempt, consent: Consent, holder: int, now: datetime) -> None:
    # A plan that was signed with this checkout keeps its own agreement about the card.
    before = (rows.c.payment_id == attempt.id, rows.c.plan_id.is_(None), rows.c.card_id.is_(None))
    conn.execute(update(rows).where(*before, rows.c.ended_at.is_(None)).values(ended_at=now))
    for wording, by_text in ((consent.save, False), (consent.by_text, True)):
        if wording:
            new = NewMandate(
                practice_id=attempt.practice_id,
                person_id=holder,
                card_id=None,
                payment_id=attempt.id,
                plan_id=None,
                by_text=by_text,
                version=mandates.VERSION,
                wording=wording,
                language=consent.language,
                at=now,
                network=consent.network[:60],
            )
            cards.agree(conn, new)


def card_of(conn: Connection, payment_id: int) -> int | None:
    """The card that was saved in that checkout."""
    tied = (rows.c.payment_id == payment_id, rows.c.card_id.is_not(None))
    return conn.scalar(select(rows.c.card_id).where(*tied).limit(1))
