"""From "Confirm payment" to the processor: the sum is fixed by us, one attempt a patient, one card an attempt."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from bot.paying.pages import bills
from bot.paying.pages.bills import Visit
from bot.payments import Submitted
from bot.store import ledger, links, payments
from bot.store.page_sessions import LONGEST, PageSession
from bot.store.payments import Attempt, NewAttempt
from bot.store.shares import share_out
from conversations.money import leaves_crumbs
from conversations.policy import Policy


class Hindrance(StrEnum):
    """Why nothing was begun or submitted; each has its sentence on the page."""

    UNREADABLE = "amount_unreadable"
    ABOVE = "amount_above"
    BELOW = "amount_below"
    CRUMBS = "amount_leaves_crumbs"
    WHOLE_ONLY = "amount_whole_only"
    NOTHING_OWED = "nothing_owed"
    MOVED = "balance_moved"
    IN_DOUBT = "in_doubt"
    ENDED = "checkout_ended"
    UNCLEAR = "choice_unclear"
    VISITS_MOVED = "visits_moved"
    CARD_GONE = "card_gone"


@dataclass(frozen=True, slots=True)
class Payer:
    """Who stands at the counter: a page session. `alone_since`: somebody who sees only what they began after that."""

    practice_id: int
    person_ids: tuple[int, ...]
    link_id: int | None
    conversation_id: int | None
    alone_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What they chose to pay: everything, so much of it, or these visits; and whether to save a card or use one."""

    part_cents: int | None = None
    visits: tuple[str, ...] = ()
    keep_card: bool = False
    saved_card: bool = False


def begin(
    conn: Connection,
    payer: Payer,
    policy: Policy,
    processor: str,
    now: datetime,
    choice: Choice,
    *,
    seen_cents: int | None,
    expires_at: datetime | None = None,
) -> Attempt | Hindrance:
    """An attempt over what was chosen. Pressing twice, or in two tabs, comes to the same attempt."""
    balances = ledger.balances(conn, payer.person_ids)
    owed = _sum(balances)
    visits = bills.chosen(bills.open_visits(conn, payer.person_ids), choice.visits) if choice.visits else ()
    if visits is None:
        return Hindrance.VISITS_MOVED
    amount = _amount(choice, visits, owed)
    if (refusal := _refusal(amount, owed, policy, part=not visits)) or (refusal := _moved(owed, seen_cents)):
        return refusal
    charge_ids = tuple(sorted(one for visit in visits for one in visit.charge_ids)) or None
    new = NewAttempt(
        practice_id=payer.practice_id,
        link_id=payer.link_id,
        conversation_id=payer.conversation_id,
        person_ids=payer.person_ids,
        shares=_shares(visits) or share_out(amount, ledger.owed(conn, payer.person_ids), balances),
        amount_cents=amount,
        owed_cents=owed,
        processor=processor,
        public_id=secrets.token_hex(16),
        made_at=now,
        charge_ids=charge_ids,
        keep_card=choice.keep_card,
        expires_at=expires_at,
    )
    return _open(conn, new, now, page=not choice.saved_card, alone_since=payer.alone_since)


def begin_saving(
    conn: Connection, payer: Payer, processor: str, now: datetime, expires_at: datetime
) -> Attempt | Hindrance:
    """A checkout that takes no money: a card is saved in it, and nothing else."""
    new = NewAttempt(
        practice_id=payer.practice_id,
        link_id=payer.link_id,
        conversation_id=payer.conversation_id,
        person_ids=payer.person_ids,
        shares=dict.fromkeys(payer.person_ids, 0),
        amount_cents=0,
        owed_cents=0,
        processor=processor,
        public_id=secrets.token_hex(16),
        made_at=now,
        keep_card=True,
        expires_at=expires_at,
    )
    return _open(conn, new, now)


def _open(
    conn: Connection, new: NewAttempt, now: datetime, *, page: bool = True, alone_since: datetime | None = None
) -> Attempt | Hindrance:
    """The attempt they have open already, if it is the same; else this one in its place.

    A saved card never pays an attempt that has a page at the processor: that page could be paid as well.
    """
    for other in payments.holding(conn, new.person_ids, lock=True):
        if payments.is_out(other):
            return Hindrance.IN_DOUBT
        same = all(getattr(other, name) == getattr(new, name) for name in _SAME)
        if alone_since is not None:  # another's they could neither see nor pay
            same = same and other.link_id == new.link_id and other.made_at >= alone_since
        if same and not ended(other, now) and (page or not other.checkout_url):
            return other
        payments.end(conn, other.id, payments.EXPIRED)
    if not payments.begin(conn, new):
        return Hindrance.IN_DOUBT
    return payments.find(conn, new.public_id) or Hindrance.ENDED


_SAME = ("amount_cents", "owed_cents", "person_ids", "charge_ids", "keep_card", "processor", "kind")


def ended(attempt: Attempt, now: datetime) -> bool:
    """Is the link's hour over in which it was begun?"""
    return attempt.expires_at is not None and attempt.expires_at <= now


def _amount(choice: Choice, visits: Sequence[Visit], owed: int) -> int:
    if visits:
        return sum(visit.remaining_cents for visit in visits)
    return owed if choice.part_cents is None else choice.part_cents


def _shares(visits: Sequence[Visit]) -> dict[int, int]:
    shares: dict[int, int] = {}
    for visit in visits:
        shares[visit.person_id] = shares.get(visit.person_id, 0) + visit.remaining_cents
    return shares


def _refusal(amount: int, owed: int, policy: Policy, *, part: bool) -> Hindrance | None:
    if owed <= 0:
        return Hindrance.NOTHING_OWED
    if amount > owed:
        return Hindrance.ABOVE
    if amount == owed:
        return None
    if not policy.partial_payments:
        return Hindrance.WHOLE_ONLY
    if amount < policy.minimum_payment_cents:
        return Hindrance.BELOW
    return Hindrance.CRUMBS if part and leaves_crumbs(amount, owed) else None


def _moved(owed: int, seen: int | None) -> Hindrance | None:
    return Hindrance.MOVED if seen is not None and owed != seen else None


def requote(conn: Connection, attempt: Attempt, now: datetime) -> bool:
    """Is the balance still the one that the patient confirmed? If not the attempt ends, and nothing is charged."""
    same = attempt.amount_cents == 0 or owed_by(conn, attempt.person_ids) == attempt.owed_cents
    if same and not ended(attempt, now):
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


def ends_at(conn: Connection, session: PageSession, now: datetime) -> datetime:
    """When a checkout that begins now ends: with the hour of its link, and never after the session."""
    link_ends = links.open_until(conn, session.link_id) if session.link_id else None
    session_ends = session.made_at + LONGEST
    return min(link_ends, session_ends) if link_ends and link_ends > now else session_ends
