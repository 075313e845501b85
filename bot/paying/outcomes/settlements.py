"""What a processor told us, posted once: books, receipt and the word to the patient in one transaction."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.paying.outcomes import follow_through, posting
from bot.payments import POLLS, Answer, Decline, PaymentNews
from bot.store import inbox, ledger, payments, people, tasks
from bot.store.payments import Attempt
from bot.store.practices import Practices
from bot.turns.arrivals import Arrival
from conversations.events import ChargeFailed, ChargeInDoubt, ChargeSettled, Event

FIRST_RECEIPT = 20_000
AGAIN = timedelta(hours=1)

Prepared = tuple[int | None, Event | None]


def settle(news: PaymentNews, practices: Practices, now: datetime) -> Arrival:
    """The arrival that posts these news. The same twice is a duplicate; other news of a paid attempt change nothing."""

    def prepare(conn: Connection) -> Prepared:
        attempt = payments.find(conn, news.public_id, lock=True)
        if attempt is None:
            return None, None
        if attempt.state == payments.PAID:
            again = news.answer is Answer.PAID and news.processor_id != attempt.processor_id
            return attempt.conversation_id, _paid_twice(conn, attempt, news, practices, now) if again else None
        match news.answer:
            case Answer.PAID:
                return attempt.conversation_id, _paid(conn, attempt, news, practices, now)
            case Answer.DECLINED:
                return attempt.conversation_id, _declined(conn, attempt, news)
            case Answer.EXPIRED:
                return attempt.conversation_id, _expired(conn, attempt, news)
            case Answer.UNKNOWN:
                return attempt.conversation_id, _in_doubt(attempt)

    return Arrival(
        provider=news.processor,
        provider_id=_event_id(news),
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
        provider_id=_doubt_id(attempt.public_id),
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
    found = payments.find(conn, attempt.public_id, lock=True)
    if found is None or found.state != payments.UNKNOWN:
        return
    polls = attempt.polls + 1
    submitted_at = attempt.submitted_at or attempt.made_at
    later = [submitted_at + wait for wait in POLLS if submitted_at + wait > now]
    payments.asked(conn, attempt.id, polls, later[0] if later else now + AGAIN)
    if not later and attempt.polls < len(POLLS) <= polls:
        tasks.about_payment(conn, "payment_in_doubt", attempt, now)


def receipt_number(prefix: str, attempt_id: int) -> str:
    """`HFM-20931`"""
    return f"{prefix}-{FIRST_RECEIPT + attempt_id}"


def _paid(conn: Connection, attempt: Attempt, news: PaymentNews, practices: Practices, now: datetime) -> Event | None:
    if news.kept and attempt.keep_card:
        follow_through.keep(conn, attempt, news, now)
    if not attempt.amount_cents and not news.amount_cents:
        payments.end(conn, attempt.id, payments.PAID, **_told(news))
        return None
    wrong = news.amount_cents != attempt.amount_cents
    held = wrong or posting.came_twice(conn, attempt)
    if held:
        tasks.about_payment(conn, "payment_mismatch" if wrong else "double_payment", attempt, now)
    return _post(conn, attempt, news, practices, held=held)


def _paid_twice(
    conn: Connection, attempt: Attempt, news: PaymentNews, practices: Practices, now: datetime
) -> Event | None:
    """The processor took money twice for one attempt: the second time waits to be given back."""
    again = payments.paid_twice(conn, attempt, secrets.token_hex(16))
    tasks.about_payment(conn, "double_payment", again, now)
    return _post(conn, again, news, practices, held=True)


def _post(conn: Connection, attempt: Attempt, news: PaymentNews, practices: Practices, *, held: bool) -> Event:
    practice = practices.by_id(conn, attempt.practice_id)
    if practice is None:
        raise LookupError("a payment without its practice")
    cents = news.amount_cents
    entry = posting.held_entry(attempt, cents, news.at) if held else posting.entry_of(conn, attempt, news.at)
    receipt = receipt_number(practice.file.receipt_prefix, attempt.id)
    told = _told(news) | {"entry_id": ledger.post(conn, entry), "receipt": receipt, "amount_cents": cents}
    if payments.end(conn, attempt.id, payments.PAID, **told) < len(attempt.shares):
        follow_through.end_others(conn, attempt)  # it had run out, and they may have begun another one
    left = follow_through.installment_paid(conn, attempt, news.at)
    return ChargeSettled(
        person_ids=attempt.person_ids,
        amount_cents=cents,
        balance_cents=sum(max(0, each) for each in ledger.balances(conn, attempt.person_ids).values()),
        reference=receipt,
        card_brand=news.card_brand,
        card_last4=news.card_last4,
        paid_at=news.at,
        receipt_emailed=_has_mail(conn, attempt.person_ids),
        plan_left_cents=left.left_cents if left else None,
        next_on=left.next_on if left else None,
    )


def _declined(conn: Connection, attempt: Attempt, news: PaymentNews) -> Event | None:
    if attempt.state in {payments.DECLINED, payments.EXPIRED}:
        return None
    payments.end(conn, attempt.id, payments.DECLINED, **_told(news))
    retry_on = follow_through.installment_declined(conn, attempt, news)
    if news.decline is Decline.NEVER:
        follow_through.put_away(conn, attempt, news.at)
    return ChargeFailed(
        attempt.person_ids,
        attempt.amount_cents,
        news.card_brand or attempt.card_brand,
        news.card_last4 or attempt.card_last4,
        after_doubt=_was_in_doubt(conn, news),
        saved_card=attempt.kind != payments.CHECKOUT,
        needs_patient=news.decline is Decline.PATIENT,
        retry_on=retry_on,
    )


def _expired(conn: Connection, attempt: Attempt, news: PaymentNews) -> Event | None:
    if attempt.state in {payments.DECLINED, payments.EXPIRED}:
        payments.closed(conn, attempt.id)
        return None
    payments.end(conn, attempt.id, payments.EXPIRED)
    payments.closed(conn, attempt.id)
    follow_through.installment_not_charged(conn, attempt, news.at)
    # Nobody said no, and nothing was charged: only who waits for an answer hears of it.
    doubted = _was_in_doubt(conn, news) or attempt.kind == payments.SAVED_CARD
    return ChargeFailed(attempt.person_ids, attempt.amount_cents, after_doubt=True) if doubted else None


def _told(news: PaymentNews) -> dict[str, object]:
    told: dict[str, object] = {"settled_at": news.at}
    if news.card_last4:
        told |= {"card_brand": news.card_brand, "card_last4": news.card_last4}
    return told | {"processor_id": news.processor_id} if news.processor_id else told


def _was_in_doubt(conn: Connection, news: PaymentNews) -> bool:
    return inbox.find(conn, news.processor, _doubt_id(news.public_id)) is not None


def _in_doubt(attempt: Attempt) -> Event:
    return ChargeInDoubt(attempt.person_ids, attempt.amount_cents)


def _event_id(news: PaymentNews) -> str:
    if news.answer is Answer.UNKNOWN:
        return _doubt_id(news.public_id)
    # By the attempt, and of payments by their own id as well: two of them for one attempt are two.
    own = f":{news.processor_id}" if news.answer is Answer.PAID else ""
    return f"{news.public_id}:{news.answer.value}{own}"


def _doubt_id(public_id: str) -> str:
    return f"{public_id}:{Answer.UNKNOWN.value}"


def _has_mail(conn: Connection, person_ids: tuple[int, ...]) -> bool:
    reaches = people.reaches(conn, person_ids)
    return any(
        reach.channel == "email" and not reach.problem and not reach.blocked
        for each in reaches.values()
        for reach in each
    )
