"""What a signed-in patient sees: what they owe for which visit, what changed since the link, plans, cards, history."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.paying.pages.bills import Visit, open_visits
from bot.paying.pages.histories import Happening, history
from bot.paying.pages.plan_cards import PlanCard, plan_cards
from bot.store import cards, ledger, payments, people
from bot.store.cards import Agreed
from bot.store.ledger import RECEIVABLE
from bot.store.page_sessions import PageSession
from bot.store.tables import entries, links, postings
from conversations.conversation import Proof

PAID_OR_BACK = ("payment", "refund", "dispute")
"""What of the history is told beside the total: no charge of a visit, no word of insurance."""


@dataclass(frozen=True, slots=True)
class StatedPerson:
    """One of the people this page is about. `other_cents`: what they owe that belongs to no visit."""

    first_name: str
    owed_cents: int
    visits: tuple[Visit, ...]
    other_cents: int


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
class Statement:
    """The whole page."""

    people: tuple[StatedPerson, ...]  # nobody where visits are not shown
    owed_cents: int
    changed: Changed | None
    history: tuple[Happening, ...]
    plans: tuple[PlanCard, ...]
    has_plan: bool
    cards: tuple[Agreed, ...]
    in_doubt: payments.Attempt | None
    asked_cents: int | None  # the part that the patient asked for by text

    @property
    def visits(self) -> tuple[Visit, ...]:
        """Everything outstanding, whoever it is for."""
        return tuple(visit for person in self.people for visit in person.visits)


def statement(conn: Connection, session: PageSession, now: datetime, *, sees_visits: bool) -> Statement:
    """Everything as it stands now; nothing of it was kept with the link."""
    ids = session.person_ids
    balances = ledger.balances(conn, ids)
    owed = sum(max(0, cents) for cents in balances.values())
    link = _link(conn, session)
    doubt = [one for one in payments.holding(conn, ids) if payments.is_out(one)]
    told = {"owed_cents": owed, "in_doubt": doubt[0] if doubt else None, "asked_cents": link and link.amount_cents}
    if session.proof is Proof.NONE:  # somebody else pays: the sum, and nothing of what it is for
        return Statement(people=(), changed=None, history=(), plans=(), has_plan=False, cards=(), **told)
    standing, happened = _plans(conn, session, now), history(conn, ids, sum(balances.values()))
    return Statement(
        people=_people(conn, session, balances) if sees_visits else (),
        changed=_changed(conn, ids, link.owed_cents, link.made_at, owed)
        if link and link.owed_cents is not None
        else None,
        history=happened if sees_visits else tuple(one for one in happened if one.kind.startswith(PAID_OR_BACK)),
        plans=standing if sees_visits else (),
        has_plan=bool(standing),
        cards=usable_cards(conn, session, now),
        **told,
    )


def _link(conn: Connection, session: PageSession) -> Any:
    asked = select(links.c.owed_cents, links.c.made_at, links.c.amount_cents).where(links.c.id == session.link_id)
    return conn.execute(asked).one_or_none() if session.link_id else None


def _people(conn: Connection, session: PageSession, balances: Mapping[int, int]) -> tuple[StatedPerson, ...]:
    names = {one.id: one.first_name for one in people.by_id(conn, session.person_ids).values()}
    visits = _visits(conn, session)
    return tuple(
        StatedPerson(names.get(one, ""), max(0, balances[one]), visits[one], _other(balances[one], visits[one]))
        for one in session.person_ids
    )


def _visits(conn: Connection, session: PageSession) -> dict[int, tuple[Visit, ...]]:
    """Where the phone alone is proved, what was done at a visit stays between patient and practice."""
    found = open_visits(conn, session.person_ids)
    if session.proof is Proof.PERSON:
        return found
    return {person: tuple(replace(visit, services=()) for visit in visits) for person, visits in found.items()}


def _plans(conn: Connection, session: PageSession, now: datetime) -> tuple[PlanCard, ...]:
    """Which card a plan charges is for who is proved."""
    found = plan_cards(conn, session.person_ids, now.date())
    return found if session.proof is Proof.PERSON else tuple(replace(plan, brand="", last4="") for plan in found)


def _other(owed: int, visits: tuple[Visit, ...]) -> int:
    return max(0, owed - sum(visit.remaining_cents for visit in visits))


def usable_cards(conn: Connection, session: PageSession, now: datetime) -> tuple[Agreed, ...]:
    """The saved cards that may be charged on the page today, by who is proved."""
    if session.proof is not Proof.PERSON:
        return ()
    today: date = now.date()
    every = [one for theirs in cards.agreed(conn, session.person_ids).values() for one in theirs]
    return tuple(one for one in every if one.card.may_be_charged(today, now))


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
