"""What a signed-in patient sees: what they owe for which visit, what changed since the link, what they paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from bot.store import ledger, payments, people
from bot.store.ledger import RECEIVABLE, Owed
from bot.store.page_sessions import PageSession
from bot.store.tables import encounters, entries, links, postings


@dataclass(frozen=True, slots=True)
class StatedVisit:
    """One visit with something left to pay."""

    on: str
    provider: str
    remaining_cents: int


@dataclass(frozen=True, slots=True)
class StatedPerson:
    """One of the people this page is about."""

    first_name: str
    owed_cents: int
    visits: tuple[StatedVisit, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """One reason why the amount is another one now."""

    kind: str
    cents: int
    on: str


@dataclass(frozen=True, slots=True)
class Changed:
    """The amount is not the one that the link was sent about."""

    was_cents: int
    was_on: str
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment and its receipt."""

    receipt: str
    at: str
    amount_cents: int
    card_brand: str
    card_last4: str
    shares: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """The whole page."""

    people: tuple[StatedPerson, ...]
    owed_cents: int
    changed: Changed | None
    paid: tuple[Paid, ...]
    in_doubt_cents: int | None
    asked_cents: int | None  # the part that the patient asked for by text


def statement(conn: Connection, session: PageSession) -> Statement:
    """Everything as it stands now; nothing of it was kept with the link."""
    ids = session.person_ids
    names = {one.id: one.first_name for one in people.by_id(conn, ids).values()}
    balances = ledger.balances(conn, ids)
    left = ledger.owed(conn, ids)
    providers = _providers(conn, left)
    stated = tuple(
        StatedPerson(names.get(one, ""), max(0, balances[one]), _visits(left.get(one, ()), providers)) for one in ids
    )
    owed = sum(one.owed_cents for one in stated)
    link = conn.execute(select(links).where(links.c.id == session.link_id)).one_or_none() if session.link_id else None
    doubt = [one for one in payments.holding(conn, ids) if one.state == payments.UNKNOWN]
    return Statement(
        people=stated,
        owed_cents=owed,
        changed=_changed(conn, ids, link.owed_cents, link.made_at, owed)
        if link and link.owed_cents is not None
        else None,
        paid=tuple(_paid(conn, attempt) for attempt in payments.paid_by(conn, ids, session.practice_id)),
        in_doubt_cents=doubt[0].amount_cents if doubt else None,
        asked_cents=link.amount_cents if link else None,
    )


def receipt_since_link(conn: Connection, session: PageSession) -> str:
    """The newest receipt since the link was made: what an old link shows."""
    made_at = conn.scalar(select(links.c.made_at).where(links.c.id == session.link_id))
    paid = payments.paid_by(conn, session.person_ids, session.practice_id)
    return paid[0].receipt if paid and made_at and (paid[0].settled_at or paid[0].made_at) >= made_at else ""


def receipt(conn: Connection, session: PageSession, number: str) -> Paid | None:
    """The payment with that receipt number, if it is about these people."""
    attempt = payments.by_receipt(conn, session.practice_id, number)
    return _paid(conn, attempt) if attempt and set(attempt.person_ids) <= set(session.person_ids) else None


def _paid(conn: Connection, attempt: payments.Attempt) -> Paid:
    names = {one.id: one.first_name for one in people.by_id(conn, attempt.person_ids).values()}
    shares = tuple((names.get(person, ""), cents) for person, cents in attempt.shares.items())
    at = (attempt.settled_at or attempt.made_at).isoformat()
    several = shares if len(shares) > 1 else ()
    return Paid(attempt.receipt, at, attempt.amount_cents, attempt.card_brand, attempt.card_last4, several)


def _visits(left: Sequence[Owed], providers: Mapping[int, str]) -> tuple[StatedVisit, ...]:
    """Charges gathered into visits, oldest first; credit pays the oldest, as in ledger.visits_of."""
    sums: dict[object, tuple[date, int, str]] = {}
    for one in left:
        if one.cents > 0 and one.service_on is not None:
            key = ("visit", one.encounter_id) if one.encounter_id else ("charge", one.charge_id)
            day, cents, provider = sums.get(key, (one.service_on, 0, providers.get(one.encounter_id or 0, "")))
            sums[key] = (min(day, one.service_on), cents + one.cents, provider)
    credit = -sum(one.cents for one in left if one.cents <= 0 or one.service_on is None)
    stated: list[StatedVisit] = []
    for day, cents, provider in sorted(sums.values()):
        paid = max(0, min(credit, cents))
        credit -= paid
        if cents > paid:
            stated.append(StatedVisit(day.isoformat(), provider, cents - paid))
    return tuple(stated)


def _providers(conn: Connection, left: Mapping[int, Sequence[Owed]]) -> dict[int, str]:
    ids = {one.encounter_id for owed in left.values() for one in owed if one.encounter_id}
    asked = select(encounters.c.id, encounters.c.provider).where(encounters.c.id.in_(ids))
    return {row.id: row.provider or "" for row in conn.execute(asked)} if ids else {}


def _changed(conn: Connection, ids: tuple[int, ...], was: int, since: datetime, now_cents: int) -> Changed | None:
    if was == now_cents:
        return None
    mine = (postings.c.person_id.in_(ids), postings.c.account == RECEIVABLE, entries.c.at > since)
    asked = (
        select(entries.c.kind, entries.c.reason, entries.c.at, func.sum(postings.c.cents).label("cents"))
        .join_from(entries, postings, postings.c.entry_id == entries.c.id)
        .where(*mine)
        .group_by(entries.c.id, entries.c.kind, entries.c.reason, entries.c.at)
        .order_by(entries.c.id)
    )
    reasons = tuple(
        Why("insurance" if row.reason == "insurance" else row.kind, int(row.cents), row.at.isoformat())
        for row in conn.execute(asked)
        if row.cents
    )
    if reasons and all(why.kind == "payment" for why in reasons):
        # The list of their payments says so already.
        return None
    return Changed(was, since.isoformat(), reasons)
