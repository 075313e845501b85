"""What must be done. Imperative; the shell carries each one out, in the same transaction as the new state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from conversations.events import Way
from conversations.values import value

Value = str | int | bool | None | list["Value"] | dict[str, "Value"]
"""What a template may be given; rows keep it as JSON. `*_cents` are cents, `*_on` ISO dates, `*_at` ISO times."""


class Kind(StrEnum):
    """Why a message is sent; it decides the lane, the hours and what is allowed after STOP."""

    REPLY = "reply"
    CODE = "code"
    OPT_OUT = "opt_out"  # the one confirmation of STOP, and the one clarifying question
    OPT_IN = "opt_in"  # the answer to START
    HELP = "help"
    RECEIPT = "receipt"
    NOTICE = "notice"  # whatever we begin


@value(frozen=True, slots=True)
class OpenPayLink:
    """A fresh pay link, told in the place `{link}` of the message it belongs to.

    `amount_cents` None means all that is owed when the page is opened. With `asks_code` the page asks for a code first.
    `page` is what is shown once it is open: the balance, or the plan agreement that waits for a signature.
    """

    person_ids: tuple[int, ...]
    amount_cents: int | None = None
    asks_code: bool = False
    page: Literal["balance", "agreement"] = "balance"


@value(frozen=True, slots=True)
class Say:
    """Tell the patient `message` (a folder and name under templates/messages/<lang>), in this conversation."""

    message: str
    values: Mapping[str, Value] = field(default_factory=dict)
    kind: Kind = Kind.REPLY
    link: OpenPayLink | None = None
    language: str = ""  # empty: the conversation's


@value(frozen=True, slots=True)
class SendCode:
    """Make and send a six-digit code. `typed` says where it may be typed back, `person_ids` whom it proves.

    On this conversation's own channel it goes to this address, on the other one to the first of those people.
    `message` names its words, which have the place `{code}`. With `both` it goes the other way too, where those people
    have an address of that kind. `ask_id` names the form of our pages that it is good in, `link_id` the link.
    """

    way: Way
    person_ids: tuple[int, ...]
    typed: Literal["thread", "page"] = "thread"
    message: str = "identity/code"
    both: bool = False
    ask_id: int = 0
    link_id: int = 0


@dataclass(frozen=True, slots=True)
class AcceptCode:
    """The code in this message was right: it is used up now."""


@dataclass(frozen=True, slots=True)
class CountWrongTry:
    """The code in this message was wrong: one try less."""


@dataclass(frozen=True, slots=True)
class VoidCodes:
    """No open code of this conversation is good any more."""


@dataclass(frozen=True, slots=True)
class VoidLinks:
    """No open pay link that was sent to this address is good any more."""


@dataclass(frozen=True, slots=True)
class DropQueued:
    """Whatever waits to be sent to this address is dropped, with the rule that forbade it."""

    rule: str
    keep_receipts: bool = False
    only_notices: bool = False


@dataclass(frozen=True, slots=True)
class SetConsent:
    """Record what the patient said about texts or mail, in their words. It holds for the whole practice.

    `none` lifts a hold from somebody who had never granted anything: nothing may begin, answers may.
    """

    status: Literal["none", "granted", "revoked", "held"]
    channel: Way
    wording: str
    source: str  # keyword, words, silence, provider, one_click


@dataclass(frozen=True, slots=True)
class BlockNumber:
    """This address is not the patient's: unbind it from everybody, for good."""

    reason: str


@dataclass(frozen=True, slots=True)
class PauseNotices:
    """Send these people nothing that we begin until then; None: until staff say so."""

    person_ids: tuple[int, ...]
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class ReportDeath:
    """Hold every channel, plan and blast of these people until staff confirm or lift it."""

    person_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Talk to these people in this language from now on."""

    person_ids: tuple[int, ...]
    language: str


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Something for the practice's staff. `kind` is from a closed set of names, never the patient's words."""

    kind: str
    person_ids: tuple[int, ...] = ()
    due_at: datetime | None = None
    urgent: bool = False
    payment_id: int | None = None


@value(frozen=True, slots=True)
class HandOff:
    """The thread waits for a person from the practice, who should answer by `due_at`."""

    reason: str
    due_at: datetime


@value(frozen=True, slots=True)
class WakeAt:
    """Come back with WaitEnded(reason) at this time, if the conversation still stands where it stands now."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RedactAtProvider:
    """Ask the provider to delete its copy of the message that just came in: a card number or a code was in it."""

    held: Literal["card", "code"] = "card"


@dataclass(frozen=True, slots=True)
class SendReceipt:
    """Mail the receipt of this payment to those people, where they have mail."""

    person_ids: tuple[int, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class SendMandate:
    """Mail them what they agreed to when they saved this card."""

    person_id: int
    brand: str
    last4: str
    mandate: str


@dataclass(frozen=True, slots=True)
class SendMail:
    """Mail these words to those people, where they have mail: what was said on another channel is confirmed there."""

    message: str
    person_ids: tuple[int, ...]
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChargeSavedCard:
    """Charge this card once, off-session. The answer comes back as ChargeSettled, ChargeFailed or ChargeInDoubt."""

    person_ids: tuple[int, ...]
    amount_cents: int
    card_id: int


@dataclass(frozen=True, slots=True)
class ProposePlan:
    """Write the terms down as a pending plan of this person, instead of any other that is pending.

    With `needs_approval` staff are asked by `due_at`; otherwise it waits for a signature.
    """

    person_id: int
    total_cents: int
    monthly_cents: int  # every installment but the last, which takes what is left
    count: int
    first_on: date
    needs_approval: bool
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """Change a plan: move the next installment to `on`, add `amount_cents` to it, pause it, or stop it."""

    plan_id: int
    change: Literal["move", "add", "pause", "resume", "cancel"]
    on: date | None = None
    amount_cents: int = 0


@dataclass(frozen=True, slots=True)
class KeepPromise:
    """Record payments that the patient said they would make; what they promised before is replaced.

    On each of the days they are reminded (PromiseDue); until the last of them nothing else is begun.
    """

    person_ids: tuple[int, ...]
    parts: tuple[tuple[date, int], ...]  # day, cents


@dataclass(frozen=True, slots=True)
class OpenReview:
    """A billing review: the number is the turn's `case_number`, and no reminder leaves until staff have answered."""

    number: str
    person_ids: tuple[int, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Skip:
    """Say nothing, on purpose, for this reason."""

    reason: str


Effect = (
    Say
    | SendCode
    | AcceptCode
    | CountWrongTry
    | VoidCodes
    | VoidLinks
    | DropQueued
    | SetConsent
    | BlockNumber
    | PauseNotices
    | ReportDeath
    | SetLanguage
    | OpenTask
    | HandOff
    | WakeAt
    | RedactAtProvider
    | SendReceipt
    | SendMandate
    | SendMail
    | ChargeSavedCard
    | ProposePlan
    | ChangePlan
    | KeepPromise
    | OpenReview
    | Skip
)
