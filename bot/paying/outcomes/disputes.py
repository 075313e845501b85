"""A patient's bank takes a payment back: the balance is open again, and closed again when we win."""

from datetime import datetime

from sqlalchemy import Connection

from bot.paying.books.giving_back import choose, given_back, held_lines, is_held, lines, opposite, parts_of
from bot.payments import DisputeNews, DisputeState
from bot.store import entries, ledger, refunds, tasks
from bot.store.entries import Posted
from bot.store.ledger import HELD, LOST, PROCESSOR, RECEIVABLE, Entry, Posting
from bot.store.refunds import Paid
from bot.turns.arrivals import Arrival
from conversations.events import Event

Prepared = tuple[int | None, Event | None]


def told(news: DisputeNews, now: datetime, *, again: str = "") -> Arrival:
    """The arrival that writes a dispute down; in whatever order and however often its news come, the books agree.

    `again` has news looked at once more that came to nothing when they came first: their payment was not known yet.
    """

    def prepare(conn: Connection) -> Prepared:
        paid = refunds.paid_at_processor(conn, news.processor, news.payment_id)
        if paid is not None:
            _write(conn, paid, news, now)
        return None, None

    return Arrival(
        provider=news.processor,
        provider_id=f"dispute:{news.processor_id}:{news.state.value}{again}",
        event=None,
        received_at=now,
        details={"dispute": news.processor_id, "state": news.state.value},
        prepare=prepare,
    )


def _write(conn: Connection, paid: Paid, news: DisputeNews, now: datetime) -> None:
    key = f"dispute:{news.processor_id}"
    opened = entries.by_reference(conn, paid.practice_id, key)
    if entries.is_posted(conn, paid.practice_id, f"{key}:won"):
        return
    if news.state is DisputeState.WON:
        _restore(conn, paid, opened, f"{key}:won", news.at)
        return
    if opened is None:
        _reverse(conn, paid, news, key)
    lost = news.state is DisputeState.LOST
    tasks.about_payment(conn, "dispute_lost" if lost else "dispute_opened", paid, now)


def _reverse(conn: Connection, paid: Paid, news: DisputeNews, key: str) -> None:
    """The processor has taken the money: what it had paid is open again; more than we had kept of it is a loss."""
    (payment,) = entries.by_ids(conn, paid.practice_id, [paid.entry_id])
    cents = min(news.amount_cents, paid.left_cents)
    back = given_back(entries.taken_back(conn, payment), PROCESSOR)
    parts = choose(cents, parts_of(payment), back) if cents else {}
    sides = held_lines(parts, PROCESSOR) if is_held(payment) else lines(conn, parts, PROCESSOR, still_owed=True)
    beyond, first = news.amount_cents - cents, paid.person_ids[0]
    if beyond:
        sides = (*sides, Posting(PROCESSOR, first, -beyond), Posting(LOST, first, beyond))
    ledger.post(conn, Entry(paid.practice_id, "dispute", key, news.at, sides, undoes_id=payment.id))
    refunds.dispute(conn, paid.id, cents)


def _restore(conn: Connection, paid: Paid, opened: Posted | None, reference: str, at: datetime) -> None:
    """Won before we heard that it had begun, it moves nothing: the entry tells the older news that they are old."""
    nothing = (Posting(PROCESSOR, paid.person_ids[0], 0),)
    sides = opposite(opened.lines) if opened else nothing
    undoes_id = opened.id if opened else paid.entry_id
    ledger.post(conn, Entry(paid.practice_id, "dispute_won", reference, at, sides, undoes_id=undoes_id))
    refunds.dispute(conn, paid.id, sum(one.cents for one in sides if one.account in {RECEIVABLE, HELD}))
