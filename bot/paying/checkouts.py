"""From "Confirm payment" to the processor: the sum is fixed by us, one attempt a patient, one card an attempt."""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection

from bot.payments import Submitted
from bot.store import ledger, payments
from bot.store.ledger import Owed
from bot.store.payments import Attempt, NewAttempt
from conversations.money import MAX_CENTS
from conversations.policy import Policy

_AMOUNT = re.compile(r"\$?\s?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,7})(?:\.([0-9]{2}))?", re.ASCII)


class Hindrance(StrEnum):
    """Why nothing was begun or submitted; each has its sentence on the page."""

    UNREADABLE = "amount_unreadable"
    ABOVE = "amount_above"
    BELOW = "amount_below"
    WHOLE_ONLY = "amount_whole_only"
    NOTHING_OWED = "nothing_owed"
    MOVED = "balance_moved"
    IN_DOUBT = "in_doubt"
    ENDED = "checkout_ended"


@dataclass(frozen=True, slots=True)
class Payer:
    """Who stands at the counter: a page session."""

    practice_id: int
    person_ids: tuple[int, ...]
    link_id: int | None
    conversation_id: int | None


def read_amount(text: str) -> int | None:
    """Cents of `50`, `$50.00`, `1,184.50`; None for anything that could mean something else."""
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        return None
    cents = int(found[1].replace(",", "")) * 100 + int(found[2] or 0)
    return cents if 0 < cents <= MAX_CENTS else None


def begin(
    conn: Connection,
    payer: Payer,
    policy: Policy,
    processor: str,
    now: datetime,
    *,
    part_cents: int | None,
    seen_cents: int | None,
) -> Attempt | Hindrance:
    """An attempt over the whole balance, or a part of it. Pressing twice, or in two tabs, comes to the same attempt."""
    balances = ledger.balances(conn, payer.person_ids)
    owed = _sum(balances)
    amount = owed if part_cents is None else part_cents
    if (refusal := _refusal(amount, owed, policy)) or (refusal := _moved(owed, seen_cents)):
        return refusal
    for other in payments.holding(conn, payer.person_ids, lock=True):
        if other.state == payments.UNKNOWN:
            return Hindrance.IN_DOUBT
        if (other.amount_cents, other.owed_cents, other.person_ids) == (amount, owed, payer.person_ids):
            return other
        payments.end(conn, other.id, payments.EXPIRED)
    shares = share_out(amount, ledger.owed(conn, payer.person_ids), balances)
    new = NewAttempt(
        practice_id=payer.practice_id,
        link_id=payer.link_id,
        conversation_id=payer.conversation_id,
        person_ids=payer.person_ids,
        shares=shares,
        amount_cents=amount,
        owed_cents=owed,
        processor=processor,
        public_id=secrets.token_hex(16),
        made_at=now,
    )
    if not payments.begin(conn, new):
        return Hindrance.IN_DOUBT
    return payments.find(conn, new.public_id) or Hindrance.ENDED


def _refusal(amount: int, owed: int, policy: Policy) -> Hindrance | None:
    if owed <= 0:
        return Hindrance.NOTHING_OWED
    if amount > owed:
        return Hindrance.ABOVE
    if amount == owed:
        return None
    if not policy.partial_payments:
        return Hindrance.WHOLE_ONLY
    return Hindrance.BELOW if amount < policy.minimum_payment_cents else None


def _moved(owed: int, seen: int | None) -> Hindrance | None:
    return Hindrance.MOVED if seen is not None and owed != seen else None


def requote(conn: Connection, attempt: Attempt) -> bool:
    """Is the balance still the one that the patient confirmed? If not the attempt ends, and nothing is charged."""
    if owed_by(conn, attempt.person_ids) == attempt.owed_cents:
        return True
    payments.end(conn, attempt.id, payments.EXPIRED)
    return False


def owed_by(conn: Connection, person_ids: tuple[int, ...]) -> int:
    """What these people owe together; a credit of one is not another's to spend."""
    return _sum(ledger.balances(conn, person_ids))


def _sum(balances: Mapping[int, int]) -> int:
    return sum(max(0, cents) for cents in balances.values())


def submitted(attempt: Attempt, account: str = "") -> Submitted:
    """An attempt as its processor knows it; `account` is the practice's own one there."""
    if attempt.submitted_at is None:
        raise ValueError("this attempt was not handed to a processor")
    known = attempt.processor_id or ""
    return Submitted(attempt.public_id, known, attempt.amount_cents, attempt.submitted_at, attempt.polls, account)


def share_out(amount: int, left: Mapping[int, Sequence[Owed]], balances: Mapping[int, int]) -> dict[int, int]:
    """Who of several people the sum is for: oldest visit first, nobody beyond what they owe."""
    shares: dict[int, int] = {}
    for one in sorted(_owing(left.values()), key=lambda o: (o.service_on or date.min, o.person_id, o.charge_id or 0)):
        room = balances[one.person_id] - shares.get(one.person_id, 0)
        part = min(amount, one.cents, room)
        if part > 0:
            shares[one.person_id] = shares.get(one.person_id, 0) + part
            amount -= part
    return shares


def _owing(people: Iterable[Sequence[Owed]]) -> list[Owed]:
    return [one for owed in people for one in owed if one.cents > 0]
