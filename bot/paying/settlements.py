"""What a processor told us, posted once: books, receipt and the word to the patient in one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.payments import POLLS, Answer, PaymentNews
from bot.store import inbox, ledger, payments, people, tasks
from bot.store.ledger import RECEIVABLE, Entry, Owed, Posting
from bot.store.payments import Attempt
from bot.store.practices import Practices
from bot.turns.arrivals import Arrival
from conversations.events import ChargeFailed, ChargeInDoubt, ChargeSettled, Event

PROCESSOR = "processor"
"""The account of the books that holds what a processor has taken for us."""
FIRST_RECEIPT = 20_000
AGAIN = timedelta(hours=1)

Prepared = tuple[int | None, Event | None]


class MismatchError(ValueError):
    """The processor speaks of another sum than ours: a person must look."""


def settle(news: PaymentNews, practices: Practices, now: datetime) -> Arrival:
    """The arrival that posts these news. The same twice is a duplicate; other news of a paid attempt change nothing."""

    def prepare(conn: Connection) -> Prepared:
        attempt = payments.find(conn, news.public_id, lock=True)
        if attempt is None or attempt.state == payments.PAID:
            return (attempt.conversation_id if attempt else None), None
        match news.answer:
            case Answer.PAID:
                return attempt.conversation_id, _paid(conn, attempt, news, practices)
            case Answer.DECLINED:
                return attempt.conversation_id, _declined(conn, attempt, news)
            case Answer.EXPIRED:
                return attempt.conversation_id, _expired(conn, attempt, news)
            case Answer.UNKNOWN:
                return attempt.conversation_id, _in_doubt(attempt)

    return Arrival(
        provider=news.processor,
        provider_id=_event_id(news.processor_id, news.answer),
        event=None,
        received_at=now,
        details={"payment": news.public_id, "answer": news.answer.value},
        prepare=prepare,
    )


def doubt(attempt: Attempt, now: datetime) -> Arrival:
    """The arrival that tells the patient, once, that we wait for the bank."""

    def prepare(conn: Connection) -> Prepared:
        found = payments.find(conn, attempt.public_id, lock=True)
        still = found is not None and found.state == payments.UNKNOWN
        return attempt.conversation_id, _in_doubt(attempt) if still else None

    return Arrival(
        provider=attempt.processor,
        provider_id=_event_id(attempt.processor_id or attempt.public_id, Answer.UNKNOWN),
        event=None,
        received_at=now,
        details={"payment": attempt.public_id, "answer": Answer.UNKNOWN.value},
        prepare=prepare,
    )


def due(conn: Connection, now: datetime) -> list[Attempt]:
    """Payments in doubt whose processor should be asked now."""
    return payments.due(conn, now)


def still_unknown(conn: Connection, attempt: Attempt, now: datetime) -> None:
    """The processor was asked and does not know: ask later, and after the last time of talk 25 tell staff."""
    polls = attempt.polls + 1
    submitted_at = attempt.submitted_at or attempt.made_at
    later = [submitted_at + wait for wait in POLLS if submitted_at + wait > now]
    payments.asked(conn, attempt.id, polls, later[0] if later else now + AGAIN)
    if not later and attempt.polls < len(POLLS) <= polls:
        tasks.open_task(
            conn,
            kind="payment_in_doubt",
            opened_at=now,
            practice_id=attempt.practice_id,
            conversation_id=attempt.conversation_id,
            person_ids=attempt.person_ids,
            urgent=True,
        )


def receipt_number(prefix: str, attempt_id: int) -> str:
    """`HFM-20931`"""
    return f"{prefix}-{FIRST_RECEIPT + attempt_id}"


def _paid(conn: Connection, attempt: Attempt, news: PaymentNews, practices: Practices) -> Event:
    if news.amount_cents != attempt.amount_cents:
        raise MismatchError("the processor took another sum than we asked for")
    practice = practices.by_id(conn, attempt.practice_id)
    if practice is None:
        raise LookupError("a payment without its practice")
    entry_id = ledger.post(conn, _entry(conn, attempt, news))
    receipt = receipt_number(practice.file.receipt_prefix, attempt.id)
    payments.end(
        conn,
        attempt.id,
        payments.PAID,
        entry_id=entry_id,
        receipt=receipt,
        processor_id=news.processor_id,
        card_brand=news.card_brand,
        card_last4=news.card_last4,
        settled_at=news.at,
    )
    return ChargeSettled(
        person_ids=attempt.person_ids,
        amount_cents=attempt.amount_cents,
        balance_cents=max(0, sum(ledger.balances(conn, attempt.person_ids).values())),
        reference=receipt,
        card_brand=news.card_brand,
        card_last4=news.card_last4,
        paid_at=news.at,
        receipt_emailed=_has_mail(conn, attempt.person_ids),
    )


def _entry(conn: Connection, attempt: Attempt, news: PaymentNews) -> Entry:
    left = ledger.owed(conn, tuple(attempt.shares))
    sides = [
        side for person, cents in attempt.shares.items() for side in postings_of(person, cents, left.get(person, ()))
    ]
    return Entry(attempt.practice_id, "payment", f"payment:{attempt.public_id}", news.at, tuple(sides))


def postings_of(person_id: int, cents: int, left: Sequence[Owed]) -> list[Posting]:
    """What one person's share pays: oldest visit first; what is over stays as credit."""
    sides: list[Posting] = []
    rest = cents
    for one in left:
        part = min(rest, max(0, one.cents)) if one.charge_id is not None else 0
        if part:
            sides.append(Posting(RECEIVABLE, person_id, -part, one.charge_id))
            rest -= part
    if rest:
        sides.append(Posting(RECEIVABLE, person_id, -rest))
    return [*sides, Posting(PROCESSOR, person_id, cents)]


def _declined(conn: Connection, attempt: Attempt, news: PaymentNews) -> Event | None:
    if attempt.state in {payments.DECLINED, payments.EXPIRED}:
        return None
    payments.end(
        conn,
        attempt.id,
        payments.DECLINED,
        card_brand=news.card_brand,
        card_last4=news.card_last4,
        settled_at=news.at,
    )
    told = _told_of_doubt(conn, news)
    return ChargeFailed(attempt.person_ids, attempt.amount_cents, news.card_brand, news.card_last4, after_doubt=told)


def _expired(conn: Connection, attempt: Attempt, news: PaymentNews) -> Event | None:
    if attempt.state in {payments.DECLINED, payments.EXPIRED}:
        return None
    payments.end(conn, attempt.id, payments.EXPIRED)
    # Nobody said no, and nothing was charged: only who was told to wait hears of it.
    doubted = _told_of_doubt(conn, news)
    return ChargeFailed(attempt.person_ids, attempt.amount_cents, after_doubt=True) if doubted else None


def _told_of_doubt(conn: Connection, news: PaymentNews) -> bool:
    return inbox.find(conn, news.processor, _event_id(news.processor_id, Answer.UNKNOWN)) is not None


def _in_doubt(attempt: Attempt) -> Event:
    return ChargeInDoubt(attempt.person_ids, attempt.amount_cents)


def _event_id(processor_id: str, answer: Answer) -> str:
    return f"{processor_id}:{answer.value}"


def _has_mail(conn: Connection, person_ids: tuple[int, ...]) -> bool:
    reaches = people.reaches(conn, person_ids)
    return any(
        reach.channel == "email" and not reach.problem and not reach.blocked
        for each in reaches.values()
        for reach in each
    )
