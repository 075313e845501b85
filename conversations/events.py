"""What happened. Past tense; everything the engine ever reacts to is one of these."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from conversations.agreed_events import (
    InstallmentComing,
    InstallmentDue,
    PlanActivated,
    PlanApproved,
    PlanChanged,
    PlanRefused,
    PlanUnsigned,
    PromiseBroken,
    PromiseDue,
)
from conversations.values import value

__all__ = [
    "CardSaved",
    "ChargeFailed",
    "ChargeInDoubt",
    "ChargeSettled",
    "CodeAcceptedOnPage",
    "CodeAskedOnPage",
    "CodeUndelivered",
    "ContactChanged",
    "Event",
    "InstallmentComing",
    "InstallmentDue",
    "LanguageChosen",
    "MailTrouble",
    "MessageReceived",
    "NoticeDue",
    "PaymentRefunded",
    "PaymentRequested",
    "PlanActivated",
    "PlanApproved",
    "PlanChanged",
    "PlanRefused",
    "PlanUnsigned",
    "PromiseBroken",
    "PromiseDue",
    "ProviderSaid",
    "StaffReleased",
    "StaffReplied",
    "StaffTook",
    "UnsubscribedByClick",
    "WaitEnded",
    "Way",
]

Way = Literal["text", "email"]
ProviderSaid = Literal["", "stop", "start", "help"]


class MailTrouble(StrEnum):
    """Why a mail cannot be taken at its word."""

    UNPROVEN = "unproven"  # not at our reply address, or not certainly from whom it says: no facts, nothing is done
    EMPTY = "empty"  # nothing above the quote
    BELOW_QUOTE = "below_quote"  # answers below or inside what it quotes: a person tells them from our words
    UNREADABLE = "unreadable"  # letters that nobody could decode, or a mail that had to be left unread


@value(frozen=True, slots=True)
class MessageReceived:
    """A patient wrote. `text` has passed the door: card numbers are already masked in it."""

    text: str
    cards_removed: int = 0
    digits_removed: int = 0
    """Runs of eight or more digits that were masked without being a whole card number: perhaps a piece of one."""
    media: int = 0
    provider_said: ProviderSaid = ""
    """What the provider took it for, and has answered already, whatever the words are (PAYBOT_TWILIO_OPT_OUT)."""
    from_machine: bool = False
    """Automatic mail: recorded, never answered (RFC 3834)."""
    mail_trouble: MailTrouble | None = None
    silence_asked: bool = False
    """A person wrote, and their mail system asks that no machine answers (X-Auto-Response-Suppress)."""

    @property
    def provider_answered(self) -> bool:
        """Has the provider said all that there is to say?"""
        return bool(self.provider_said)


@dataclass(frozen=True, slots=True)
class UnsubscribedByClick:
    """The button that mail programs show beside our notices was pressed (RFC 8058)."""


@dataclass(frozen=True, slots=True)
class NoticeDue:
    """The practice wants a balance notice sent to this address."""

    person_id: int


@dataclass(frozen=True, slots=True)
class CodeAskedOnPage:
    """On our page a patient asked for a code; the conversation of one of their addresses sends it."""

    way: Way
    person_ids: tuple[int, ...]
    both: bool = False  # it travels the other way as well
    ask_id: int = 0  # the form that it is good in
    link_id: int = 0  # the link that it is good in, where its page asked


@dataclass(frozen=True, slots=True)
class CodeAcceptedOnPage:
    """A code that we sent was typed into our page: that proves the person."""

    person_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CodeUndelivered:
    """The code did not get through on the way it was sent."""

    way: Way
    person_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChargeSettled:
    """Money arrived and is posted."""

    person_ids: tuple[int, ...]
    amount_cents: int
    balance_cents: int
    """What those people owe after the posting."""
    reference: str
    card_brand: str
    card_last4: str
    paid_at: datetime
    receipt_emailed: bool
    plan_left_cents: int | None = None
    """What the plan still has to take, when this was one of its installments."""
    next_on: date | None = None
    """When the next installment is, then."""


@dataclass(frozen=True, slots=True)
class ChargeFailed:
    """The bank said no; nothing was charged. `after_doubt`: we had said that we were waiting for the answer."""

    person_ids: tuple[int, ...]
    amount_cents: int
    card_brand: str = ""
    card_last4: str = ""
    after_doubt: bool = False
    saved_card: bool = False
    """It was a saved card that we charged, not one that the patient had at hand."""
    needs_patient: bool = False
    """Their bank wants to hear from them: only a payment on the page can go through."""
    retry_on: date | None = None
    """When this installment of a plan is tried again."""


@dataclass(frozen=True, slots=True)
class ChargeInDoubt:
    """The processor did not answer in time: nobody knows yet, and nobody may pay again until somebody does."""

    person_ids: tuple[int, ...]
    amount_cents: int


@dataclass(frozen=True, slots=True)
class PaymentRequested:
    """The practice asks for a payment: a part, all that is owed (None), or a plan."""

    person_id: int
    amount_cents: int | None = None
    plan: bool = False


@dataclass(frozen=True, slots=True)
class PaymentRefunded:
    """Money went back to the card it came from."""

    person_ids: tuple[int, ...]
    amount_cents: int
    reference: str
    card_brand: str
    card_last4: str
    refunded_at: datetime
    still_owed: bool
    """The charge it had paid is owed again."""


@dataclass(frozen=True, slots=True)
class CardSaved:
    """A card was saved on our page, with this mandate; a copy goes to the patient."""

    person_id: int
    card_brand: str
    card_last4: str
    mandate: str  # the words they agreed to


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """The patient's number or mail address was changed on our page: told to what was on file before."""

    person_id: int
    way: Way


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """On our page these people chose the language that we write to them in."""

    person_ids: tuple[int, ...]
    language: str


@dataclass(frozen=True, slots=True)
class WaitEnded:
    """A timer that a flow asked for has run out. It names its state and turn, so that a late one is known."""

    reason: str
    state: str
    entered_turn: int


@dataclass(frozen=True, slots=True)
class StaffReplied:
    """A person from the practice wrote to the patient."""

    text: str
    staff_name: str


@dataclass(frozen=True, slots=True)
class StaffTook:
    """A person from the practice took the thread over."""

    staff_name: str


@dataclass(frozen=True, slots=True)
class StaffReleased:
    """The practice handed the thread back."""


Event = (
    MessageReceived
    | UnsubscribedByClick
    | NoticeDue
    | CodeAskedOnPage
    | CodeAcceptedOnPage
    | CodeUndelivered
    | ChargeSettled
    | ChargeFailed
    | ChargeInDoubt
    | PaymentRequested
    | PaymentRefunded
    | PlanApproved
    | PlanRefused
    | PlanUnsigned
    | PlanActivated
    | InstallmentComing
    | InstallmentDue
    | PlanChanged
    | PromiseDue
    | PromiseBroken
    | CardSaved
    | ContactChanged
    | LanguageChosen
    | WaitEnded
    | StaffReplied
    | StaffTook
    | StaffReleased
)
