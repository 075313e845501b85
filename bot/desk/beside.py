"""What belongs in a patient's timeline beside the books: what was sent, saved, agreed, promised and asked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, or_, select

from bot.desk.happened import BESIDE, Happened
from bot.facts import threads
from bot.store.holding import holds
from bot.store.money_tables import cards, plan_events, plans, promises, reviews
from bot.store.tables import links, outbox

REQUESTS = ("notice/asked", "notice/asked_amount", "notice/plan_offered")


def beside(conn: Connection, practice_id: int, person_id: int) -> Iterator[Happened]:
    """All of it, in no order."""
    talks = [talk.id for talk in threads.talks_with(conn, practice_id, [person_id])]
    yield from _notices(conn, person_id)
    yield from _links(conn, practice_id, person_id, talks)
    yield from _cards(conn, person_id)
    yield from _plans(conn, person_id)
    yield from _promises(conn, person_id, talks)
    yield from _reviews(conn, person_id, talks)


def _notices(conn: Connection, person_id: int) -> Iterator[Happened]:
    o = outbox.c
    asked = select(o.id, o.created_at, o.message, o["values"], o.state, o.held_by, o.channel, o.link)
    for row in conn.execute(asked.where(o.notice_of == person_id)):
        event = "payment_request" if row.message in REQUESTS else "notice"
        # A text to a phone names no sum: the link in it knows.
        cents = row[3].get("amount_cents") or row[3].get("owed_cents") or (row.link or {}).get("amount_cents")
        by = "by text" if row.channel == "text" else "by email"
        yield Happened(row.created_at, BESIDE, row.id, event, cents, status=row.state, why=row.held_by or "", detail=by,
                       source="out")  # fmt: skip


def _links(conn: Connection, practice_id: int, person_id: int, talks: Sequence[int]) -> Iterator[Happened]:
    c = links.c
    here = or_(c.conversation_id.in_(talks), c.conversation_id.is_(None))
    asked = select(c.id, c.made_at, c.amount_cents, c.made_by, c.conversation_id, c.pressed_at, c.voided_at)
    for row in conn.execute(asked.where(c.practice_id == practice_id, here, holds(c.person_ids, person_id))):
        event = "link_made" if row.conversation_id is None else "link_sent"
        status = "voided" if row.voided_at else "opened" if row.pressed_at else "made"
        by = "" if row.made_by == "conversation" else f"by {row.made_by}"
        yield Happened(row.made_at, BESIDE, row.id, event, row.amount_cents, status=status, detail=by, source="link")


def _cards(conn: Connection, person_id: int) -> Iterator[Happened]:
    c = cards.c
    asked = select(c.id, c.brand, c.last4, c.saved_at, c.removed_at, c.removed_by).where(c.person_id == person_id)
    for row in conn.execute(asked):
        name = f"{row.brand} {row.last4}"
        yield Happened(row.saved_at, BESIDE, row.id, "card_saved", status="saved", detail=name, source="card")
        if row.removed_at:
            yield Happened(row.removed_at, BESIDE, row.id, "card_removed", status="removed", detail=name,
                           source="card-removed")  # fmt: skip


def _plans(conn: Connection, person_id: int) -> Iterator[Happened]:
    c, p = plan_events.c, plans.c
    asked = select(c.id, c.at, c.what, c.details, c.plan_id, p.state).join_from(plan_events, plans, c.plan_id == p.id)
    for row in conn.execute(asked.where(p.person_id == person_id)):
        cents = row.details.get("amount_cents", row.details.get("total_cents"))
        yield Happened(row.at, BESIDE, row.id, f"plan_{row.what}", cents, status=row.state, plan_id=row.plan_id,
                       detail=_which(row.details), source="plan-event")  # fmt: skip


def _which(details: Mapping[str, Any]) -> str:
    if count := details.get("count"):
        return f"{count} payments"
    return f"payment {number}" if (number := details.get("number")) else ""


def _promises(conn: Connection, person_id: int, talks: Sequence[int]) -> Iterator[Happened]:
    c = promises.c
    asked = select(c.id, c.made_at, c.amount_cents, c.due_on, c.state)
    for row in conn.execute(asked.where(c.conversation_id.in_(talks), holds(c.person_ids, person_id))):
        day = f"by {row.due_on}"
        yield Happened(row.made_at, BESIDE, row.id, "promise", row.amount_cents, status=row.state, detail=day,
                       source="promise")  # fmt: skip


def _reviews(conn: Connection, person_id: int, talks: Sequence[int]) -> Iterator[Happened]:
    c = reviews.c
    asked = select(c.id, c.opened_at, c.number, c.closed_at)
    for row in conn.execute(asked.where(c.conversation_id.in_(talks), holds(c.person_ids, person_id))):
        status = "closed" if row.closed_at else "open"
        yield Happened(row.opened_at, BESIDE, row.id, "review", status=status, detail=row.number, source="review")
