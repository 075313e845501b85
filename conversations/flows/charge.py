"""What became of a payment. Told where it was begun, to whoever made it; so nothing is asked first."""

from datetime import datetime
from zoneinfo import ZoneInfo

from conversations.effects import DropQueued, Kind, OpenPayLink, SendMandate, SendReceipt
from conversations.events import CardSaved, ChargeFailed, ChargeInDoubt, ChargeSettled, PaymentRefunded
from conversations.machine import ANY, END, Flow, Row
from conversations.turn import Owner, Turn


def by_mail(turn: Turn) -> bool:
    """The receipt itself is the answer."""
    return turn.facts.channel == "email"


def may_tell_rest(turn: Turn) -> bool:
    """What is left is told where one person reads, or where these people were proved."""
    return len(turn.facts.people) == 1 or _paid_for(turn) <= set(turn.kept.proof_people)


def after_doubt(turn: Turn) -> bool:
    """We had said that we were waiting."""
    return isinstance(turn.event, ChargeFailed) and turn.event.after_doubt


def card_known(turn: Turn) -> bool:
    """The processor told us which card."""
    return isinstance(turn.event, ChargeFailed) and bool(turn.event.card_last4)


def of_plan(turn: Turn) -> bool:
    """An installment: what is left of the plan matters, not what is owed in all."""
    return isinstance(turn.event, ChargeSettled) and turn.event.plan_left_cents is not None


def needs_patient(turn: Turn) -> bool:
    """Their bank would not pay without hearing from them."""
    return isinstance(turn.event, ChargeFailed) and turn.event.needs_patient


def tried_again(turn: Turn) -> bool:
    """An installment that is charged again another day."""
    return isinstance(turn.event, ChargeFailed) and turn.event.retry_on is not None


def has_mail(turn: Turn) -> bool:
    """What they agreed to is too long for a text."""
    person = turn.facts.person(turn.event.person_id) if isinstance(turn.event, CardSaved) else None
    return person is not None and bool(person.email)


def mail_receipt(turn: Turn) -> None:
    """To everybody it was paid for."""
    if isinstance(turn.event, ChargeSettled):
        turn.do(SendReceipt(turn.event.person_ids, turn.event.reference))


def drop_reminders(turn: Turn) -> None:
    """What asks for this money need not be sent any more."""
    turn.do(DropQueued("paid", keep_receipts=True, only_notices=True))


def say_paid(turn: Turn) -> None:
    """Paid, when, by which card, what is left."""
    if isinstance(turn.event, ChargeSettled):
        _say_paid(turn, turn.event)


def say_plan_paid(turn: Turn) -> None:
    """What the plan still takes, and when."""
    event = turn.event
    if isinstance(event, ChargeSettled):
        turn.say(
            "charge/plan_paid",
            kind=Kind.RECEIPT,
            amount_cents=event.amount_cents,
            paid_on=_day(turn, event.paid_at),
            brand=event.card_brand,
            last4=event.card_last4,
            left_cents=event.plan_left_cents,
            next_on=event.next_on.isoformat() if event.next_on else None,
            reference=event.reference,
        )


def send_to_page(turn: Turn) -> None:
    """There their bank can ask them."""
    if isinstance(turn.event, ChargeFailed):
        people, cents = turn.event.person_ids, turn.event.amount_cents
        turn.say(
            "charge/needs_patient",
            kind=Kind.RECEIPT,
            link=OpenPayLink(people, cents, asks_code=turn.facts.shared),
            brand=turn.event.card_brand,
            last4=turn.event.card_last4,
        )


def say_tried_again(turn: Turn) -> None:
    """Which day."""
    if isinstance(turn.event, ChargeFailed) and turn.event.retry_on:
        turn.say(
            "charge/declined_retry",
            kind=Kind.RECEIPT,
            brand=turn.event.card_brand,
            last4=turn.event.card_last4,
            retry_on=turn.event.retry_on.isoformat(),
            bot=_answers(turn),
        )


def say_refunded(turn: Turn) -> None:
    """How much, and to which card."""
    event = turn.event
    if isinstance(event, PaymentRefunded):
        turn.say(
            "charge/refunded",
            kind=Kind.RECEIPT,
            amount_cents=event.amount_cents,
            brand=event.card_brand,
            last4=event.card_last4,
            owed_again=event.still_owed,
            reference=event.reference,
        )


def mail_mandate(turn: Turn) -> None:
    """Word for word, as they agreed to it."""
    event = turn.event
    if isinstance(event, CardSaved):
        turn.do(SendMandate(event.person_id, event.card_brand, event.card_last4, event.mandate))


def say_card_saved(turn: Turn) -> None:
    """That it was done, and where they read the rest."""
    turn.say("charge/card_saved", kind=Kind.RECEIPT)


def say_declined(turn: Turn) -> None:
    """The bank said no to this card."""
    if isinstance(turn.event, ChargeFailed):
        turn.say(
            "charge/declined",
            kind=Kind.RECEIPT,
            brand=turn.event.card_brand,
            last4=turn.event.card_last4,
            bot=_answers(turn),
        )


def say_declined_card_unknown(turn: Turn) -> None:
    """The bank said no."""
    turn.say("charge/declined_unknown", kind=Kind.RECEIPT, bot=_answers(turn))


def say_did_not_go_through(turn: Turn) -> None:
    """The answer that we had promised."""
    if isinstance(turn.event, ChargeFailed):
        cents = turn.event.amount_cents
        turn.say("charge/failed_after_doubt", kind=Kind.RECEIPT, amount_cents=cents, bot=_answers(turn))


def say_in_doubt(turn: Turn) -> None:
    """Nobody knows yet."""
    turn.say("charge/in_doubt", kind=Kind.RECEIPT)


def _answers(turn: Turn) -> bool:
    """Would the bot's own words work now? Not while a person talks with them, nor after a death."""
    return turn.kept.owner is not Owner.STAFF and not turn.facts.all_deceased


def _say_paid(turn: Turn, event: ChargeSettled) -> None:
    turn.say(
        "charge/paid",
        kind=Kind.RECEIPT,
        amount_cents=event.amount_cents,
        paid_on=_day(turn, event.paid_at),
        brand=event.card_brand,
        last4=event.card_last4,
        balance_cents=max(event.balance_cents, 0) if may_tell_rest(turn) else None,
        reference=event.reference,
        emailed=event.receipt_emailed,
    )


def _day(turn: Turn, at: datetime) -> str:
    return at.astimezone(ZoneInfo(turn.facts.office.zone)).date().isoformat()


def _paid_for(turn: Turn) -> set[int]:
    return set(turn.event.person_ids) if isinstance(turn.event, ChargeSettled) else set()


flow = Flow(
    name="charge",
    states=None,
    public=True,
    events={
        ChargeSettled: "settled",
        ChargeFailed: "failed",
        ChargeInDoubt: "in_doubt",
        PaymentRefunded: "refunded",
        CardSaved: "card_saved",
    },
    rows=(
        Row("settled", ANY, END, when=(by_mail,), do=(mail_receipt, drop_reminders)),
        Row("settled", ANY, END, when=(of_plan,), do=(drop_reminders, mail_receipt, say_plan_paid)),
        Row("settled", ANY, END, do=(drop_reminders, mail_receipt, say_paid)),
        Row("failed", ANY, END, when=(needs_patient,), do=(send_to_page,)),
        Row("failed", ANY, END, when=(tried_again,), do=(say_tried_again,)),
        Row("failed", ANY, END, when=(after_doubt,), do=(say_did_not_go_through,)),
        Row("failed", ANY, END, when=(card_known,), do=(say_declined,)),
        Row("failed", ANY, END, do=(say_declined_card_unknown,)),
        Row("in_doubt", ANY, END, do=(say_in_doubt,)),
        Row("refunded", ANY, END, do=(say_refunded,)),
        Row("card_saved", ANY, END, when=(has_mail,), do=(mail_mandate,)),
        Row("card_saved", ANY, END, do=(say_card_saved,)),
    ),
)
