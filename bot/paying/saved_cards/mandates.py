"""What a patient agrees to when a card is saved: kept word for word, with when, where and in which language."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.facts.people import answered_for
from bot.store import cards
from bot.store.cards import Card, NewMandate
from bot.store.money_tables import mandates
from bot.store.payments import Attempt

VERSION = "2026-11-22"
"""Of the words `mandate_save` and `mandate_by_text` of the pages; changes with them."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The boxes that were ticked. An empty wording: that box was not."""

    save: str
    by_text: str
    language: str
    network: str


def agree(conn: Connection, attempt: Attempt, consent: Consent, now: datetime) -> None:
    """Writes down what was agreed to in this checkout; the last word counts, so pressing again changes nothing."""
    waiting = (mandates.c.payment_id == attempt.id, mandates.c.card_id.is_(None), mandates.c.ended_at.is_(None))
    standing = {row.wording: row.id for row in conn.execute(select(mandates.c.id, mandates.c.wording).where(*waiting))}
    wanted = {consent.save: False, consent.by_text: True} if attempt.keep_card else {}
    for wording, by_text in wanted.items():
        if wording and standing.pop(wording, None) is None:
            cards.agree(conn, _new(conn, attempt, wording, consent, now, by_text=by_text))
    if standing:
        conn.execute(update(mandates).where(mandates.c.id.in_(standing.values())).values(ended_at=now))


def _new(
    conn: Connection, attempt: Attempt, wording: str, consent: Consent, now: datetime, *, by_text: bool
) -> NewMandate:
    return NewMandate(
        practice_id=attempt.practice_id,
        person_id=payer_of(conn, attempt.person_ids, now),
        card_id=None,
        payment_id=attempt.id,
        plan_id=None,
        by_text=by_text,
        version=VERSION,
        wording=wording,
        language=consent.language,
        at=now,
        network=consent.network[:60],
    )


def payer_of(conn: Connection, person_ids: tuple[int, ...], now: datetime) -> int:
    """Whose card it is: of several people the one who pays for the others, else the guarantor of the first."""
    pairs = answered_for(conn, person_ids, now)
    payers = [payer for person, payer in pairs if person in person_ids and payer != person]
    return next((one for one in person_ids if one in payers), payers[0] if payers else person_ids[0])


def by_text(conn: Connection, card: Card, consent: Consent, now: datetime, *, on: bool) -> None:
    """A texted reply may charge this card from now on, or may not any more."""
    standing = (mandates.c.card_id == card.id, mandates.c.by_text.is_(True), mandates.c.ended_at.is_(None))
    if not on:
        conn.execute(update(mandates).where(*standing).values(ended_at=now))
    elif conn.execute(select(mandates.c.id).where(*standing)).first() is None:
        agreed = (consent.by_text, consent.language, now, consent.network[:60])
        new = NewMandate(card.practice_id, card.person_id, card.id, None, None, True, VERSION, *agreed)
        cards.agree(conn, new)


def plan_of(conn: Connection, payment_id: int) -> int | None:
    """The plan whose agreement was signed with that checkout."""
    mine = (mandates.c.payment_id == payment_id, mandates.c.plan_id.is_not(None))
    return conn.scalar(select(mandates.c.plan_id).where(*mine).limit(1))
