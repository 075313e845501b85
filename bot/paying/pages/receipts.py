"""Receipts: what was paid, with what and for whom; itemised for who is proved, with what came back since."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.store import payments, people
from bot.store.ledger import RECEIVABLE
from bot.store.money_tables import refunds
from bot.store.page_sessions import PageSession
from bot.store.payments import Attempt
from bot.store.tables import charges, encounters, links, postings
from bot.store.tables import payments as payment_rows
from conversations.conversation import Proof

GONE_BACK = ("pending", "done")


@dataclass(frozen=True, slots=True)
class Item:
    """One visit that was paid for. `patient` has their whole name: a tax file needs it."""

    patient: str
    on: str
    provider: str
    location: str
    service: str
    cents: int


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back, or there."""

    at: str
    cents: int
    state: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment, as the patient may see it."""

    number: str
    at: str
    amount_cents: int
    card_brand: str
    card_last4: str
    shares: tuple[tuple[str, int], ...]
    items: tuple[Item, ...]
    refunds: tuple[Refund, ...]

    @property
    def kept_cents(self) -> int:
        """What is left of it after refunds."""
        return self.amount_cents - sum(refund.cents for refund in self.refunds)


def may_see(session: PageSession, attempt: Attempt) -> bool:
    """It is about nobody but them; who pays for somebody else sees what they paid themselves."""
    if not set(attempt.person_ids) <= set(session.person_ids):
        return False
    own = attempt.link_id == session.link_id and attempt.made_at >= session.made_at
    return own or session.proof is not Proof.NONE


def receipt(conn: Connection, session: PageSession, number: str, *, names_told: bool) -> Receipt | None:
    """The payment with that receipt number, if they may see it."""
    attempt = payments.by_receipt(conn, session.practice_id, number)
    if attempt is None or not may_see(session, attempt):
        return None
    known = people.by_id(conn, attempt.person_ids)
    names = {one.id: one.first_name for one in known.values()}
    shares = tuple((names.get(person, ""), cents) for person, cents in attempt.shares.items())
    full = {one.id: f"{one.first_name} {one.last_name}" for one in known.values()}
    return Receipt(
        number=attempt.receipt,
        at=(attempt.settled_at or attempt.made_at).isoformat(),
        amount_cents=attempt.amount_cents,
        card_brand=attempt.card_brand,
        card_last4=attempt.card_last4,
        shares=shares if len(shares) > 1 and names_told else (),
        items=_items(conn, attempt, full) if session.proof is Proof.PERSON else (),
        refunds=_refunds(conn, attempt),
    )


def since_link(conn: Connection, session: PageSession) -> str:
    """The newest receipt since the link was made: what an old link shows."""
    made_at = conn.scalar(select(links.c.made_at).where(links.c.id == session.link_id))
    paid = payments.paid_by(conn, session.person_ids, session.practice_id) if made_at else []
    mine = [one for one in paid if may_see(session, one)]
    return mine[0].receipt if mine and made_at and (mine[0].settled_at or mine[0].made_at) >= made_at else ""


def _items(conn: Connection, attempt: Attempt, names: dict[int, str]) -> tuple[Item, ...]:
    entry = select(payment_rows.c.entry_id).where(payment_rows.c.id == attempt.id).scalar_subquery()
    service = func.coalesce(charges.c.description, encounters.c.description).label("service")
    asked = (
        select(
            postings.c.person_id, charges.c.service_on, encounters.c.provider, encounters.c.location, service,
            postings.c.cents,
        )
        .join_from(postings, charges, postings.c.charge_id == charges.c.id, isouter=True)
        .join(encounters, charges.c.encounter_id == encounters.c.id, isouter=True)
        .where(postings.c.entry_id == entry, postings.c.account == RECEIVABLE)
        .order_by(charges.c.service_on, postings.c.id)
    )  # fmt: skip
    return tuple(
        Item(
            names.get(row.person_id, ""),
            row.service_on.isoformat() if row.service_on else "",
            row.provider or "",
            row.location or "",
            row.service or "",
            -row.cents,
        )
        for row in conn.execute(asked)
    )


def _refunds(conn: Connection, attempt: Attempt) -> tuple[Refund, ...]:
    asked = (
        select(refunds.c.asked_at, refunds.c.ended_at, refunds.c.amount_cents, refunds.c.state)
        .where(refunds.c.payment_id == attempt.id, refunds.c.state.in_(GONE_BACK))
        .order_by(refunds.c.id)
    )
    return tuple(
        Refund((row.ended_at or row.asked_at).isoformat(), row.amount_cents, row.state) for row in conn.execute(asked)
    )
