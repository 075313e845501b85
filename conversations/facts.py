"""What a turn may know. The shell gathers it before the turn; nothing else is ever asked."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from conversations.events import Way
from conversations.policy import OfficeHours, Policy
from conversations.values import value

ANSWERS_IN_TEN_MINUTES = 10
ANSWERS_TO_WHO_TYPED_A_CODE = 30
"""In ten minutes. No machine that answers ours reads the patient's mail, and a talk about a plan takes a dozen."""
ANSWERS_AN_HOUR = 20
ANSWERS_A_DAY = 50
"""Bounds on automatic answers to one address, so that two robots end in silence."""


@value(frozen=True, slots=True)
class Visit:
    """One visit with something left to pay."""

    service_on: date
    remaining_cents: int


@dataclass(frozen=True, slots=True)
class SavedCard:
    """A card that this patient let the practice keep. `by_text`: they agreed that a texted reply may charge it."""

    id: int
    brand: str
    last4: str
    by_text: bool = True
    held: bool = False  # an address was changed within 24 hours (NIST SP 800-63B-4, 4.6), or the card has expired


@dataclass(frozen=True, slots=True)
class Plan:
    """A payment plan that is not over. `waits`: what a pending one waits for."""

    id: int
    state: Literal["pending", "active", "dormant"]
    waits: Literal["", "approval", "signature"] = ""
    monthly_cents: int = 0
    left: int = 0  # installments still to be charged
    remaining_cents: int = 0
    next_on: date | None = None
    next_cents: int = 0
    card_brand: str = ""
    card_last4: str = ""
    addable_cents: int = 0  # owed, but not in the plan
    paused: bool = False
    day: int = 0  # of the month, as agreed: an installment that was moved, or tried again, is on another


@dataclass(frozen=True, slots=True)
class Promised:
    """A payment that the patient said they would make on a day. `told`: we texted them about it on that day."""

    id: int
    on: date
    amount_cents: int
    told: bool = False


@dataclass(frozen=True, slots=True)
class RecentPayment:
    """Money of the last 60 days: `taken` and posted, on `hold` at the bank without being taken, or paid `elsewhere`."""

    id: int
    state: Literal["taken", "hold", "elsewhere"]
    amount_cents: int  # less what was refunded
    paid_on: date
    card_last4: str = ""


@value(frozen=True, slots=True)
class Person:
    """A patient whose file carries this address, or whom somebody on this address pays for."""

    id: int
    first_name: str
    initials: str  # "M.R."
    balance_cents: int = 0
    visits: tuple[Visit, ...] = ()  # oldest first, only those with something left
    minor: bool = False
    pays_for: tuple[int, ...] = ()  # ids of people here whose guarantor this one is
    guarantor_elsewhere: bool = False  # somebody not on this address answers for the bills
    email: str = ""  # masked: "a***@g***.com"; empty: none on file
    phone: str = ""  # masked: "**77"; empty: none that takes texts
    plan: Plan | None = None
    cards: tuple[SavedCard, ...] = ()  # the newest first
    promises: tuple[Promised, ...] = ()  # open ones, soonest first
    promises_broken: int = 0  # in a row
    paid_lately: tuple[RecentPayment, ...] = ()  # newest first
    review: str = ""  # "D-311", when a billing review of theirs is open
    deceased: bool = False
    notices_paused: bool = False
    noticed_at: datetime | None = None  # last thing we began about them on this address
    last_name: str = ""  # heard where we ask about whom, never said

    @property
    def has_plan(self) -> bool:
        """Do they have a payment plan that is agreed or being agreed?"""
        return self.plan is not None


@dataclass(frozen=True, slots=True)
class OpenCode:
    """The newest code that was ordered in this conversation and is neither used nor void."""

    way: Way
    person_ids: tuple[int, ...]
    typed: Literal["thread", "page"]
    sent_at: datetime | None  # None: still in the outbox
    wrong_tries: int = 0


class Verdict(StrEnum):
    """What the shell found when it compared the six digits in this message with the codes of this conversation."""

    RIGHT = "right"
    WRONG = "wrong"
    OLDER = "older"  # a code that a newer one replaced
    EXPIRED = "expired"
    USED = "used"
    VOID = "void"
    NONE_OPEN = "none_open"


@value(frozen=True, slots=True)
class CodeFacts:
    """What a turn may know about codes."""

    verdict: Verdict | None = None  # None: no six digits in this message
    open: OpenCode | None = None
    sent_at: tuple[datetime, ...] = ()  # sends to these people in the last 24 hours, newest first
    wrong_today: int = 0  # wrong tries of this side in the last 24 hours
    blocked_until: datetime | None = None


@value(frozen=True, slots=True)
class Facts:
    """All that a turn may know."""

    now: datetime
    practice_name: str
    practice_phone: str
    office: OfficeHours
    channel: Way = "text"
    policy: Policy = field(default_factory=Policy)
    languages: tuple[str, ...] = ("en", "es")
    zone: str = "UTC"  # where the patient is, for dates in words
    people: tuple[Person, ...] = ()  # those whose file carries this address
    family: tuple[Person, ...] = ()  # those somebody here pays for who are not on this address themselves
    consent: Literal["none", "granted", "revoked", "held"] = "none"
    blocked: bool = False  # wrong number or unknown to us after the one answer: silent for good
    codes: CodeFacts = field(default_factory=CodeFacts)
    answers_lately: int = 0  # automatic answers to this address in the last ten minutes
    answers_this_hour: int = 0
    answers_today: int = 0
    payment_in_doubt: bool = False
    case_number: int = 0  # a number that a case opened in this turn may bear, unique for good
    notice_refusal: str = ""  # the rule that keeps a notice back now, worked out by the shell

    @property
    def shared(self) -> bool:
        """Several people's files carry this address: whoever writes may be any of them."""
        return len(self.people) > 1

    @property
    def all_deceased(self) -> bool:
        """Everybody whose file carries this address is reported to have died: no further word from us."""
        return bool(self.people) and all([p.deceased for p in self.people])

    @property
    def answered_enough(self) -> bool:
        """Somebody of whom we know nothing more has had enough automatic answers."""
        return self.answered(ANSWERS_IN_TEN_MINUTES)

    def answered(self, lately: int) -> bool:
        """So many automatic answers of late, or too many today: the last one says that a person will read this."""
        # Mail comes and goes more slowly than texts: an hour is the bound that stops a loop of robots there.
        if self.channel == "email" and self.answers_this_hour >= ANSWERS_AN_HOUR:
            return True
        last = 1 if self.channel == "text" else 0
        return self.answers_lately + last >= lately or self.answers_today + last >= ANSWERS_A_DAY

    def person(self, person_id: int) -> Person | None:
        """Somebody on this address or of their family."""
        return next((p for p in (*self.people, *self.family) if p.id == person_id), None)
