"""A saved card, charged by a reply: its last four digits approve the sum, nothing else does, and not for long."""

from datetime import datetime, timedelta
from enum import StrEnum

from conversations.effects import ChargeSavedCard, WakeAt
from conversations.flows.approval_words import APPROVE, AROUND, HALF, LAST_FOUR, LEAVE_IT, LINK
from conversations.hearing import parts, yes_no
from conversations.machine import ANY, END, STAY, Answer, Flow, Row, Step
from conversations.steps.asking_again import unclear
from conversations.steps.plain import say, skip
from conversations.steps.saved_cards import offered_card
from conversations.turn import Proof, Turn

OFFER_LASTS = timedelta(minutes=10)
SHORT = 4
TAKEN_BACK = frozenset("no not dont do never".split())
REMEMBERED = timedelta(hours=1)
"""For so long the same four digits are an answer to an offer that is over, not a sum of money."""


class States(StrEnum):
    OFFERED = "offered"  # the sum and the card were named: we wait for the last four digits
    ENDED = "ended"  # nobody approved in time, or something graver came between
    CHARGED = "charged"  # approved: the bank has the word


# Guards


def over(turn: Turn) -> bool:
    """Too late, or they would have to prove again who they are."""
    return _age(turn) >= OFFER_LASTS or not turn.proved(Proof.PERSON)


def still_on(turn: Turn) -> bool:
    """A newer offer took its place: the clock of the older one means nothing."""
    return _age(turn) < OFFER_LASTS


def in_doubt(turn: Turn) -> bool:
    """A payment is under way: a second one could be taken twice."""
    return turn.facts.payment_in_doubt


def card_gone(turn: Turn) -> bool:
    """Removed, held, or no longer to be charged by a reply."""
    return offered_card(turn) is None


def moved(turn: Turn) -> bool:
    """They owe something else now than when they were asked."""
    return turn.owed_cents != turn.recall("owed_cents")


def fits_no_more(turn: Turn) -> bool:
    """The part they chose cannot be taken from what is owed now."""
    return moved(turn) and (turn.amount_cents or 0) > turn.owed_cents


def nothing_owed(turn: Turn) -> bool:
    return turn.owed_cents <= 0


def not_charged(turn: Turn) -> bool:
    """The bank has answered, and they owe as much as before."""
    return not turn.facts.payment_in_doubt and not moved(turn)


# Steps


def offer(turn: Turn) -> None:
    """Name the sum and the card, and wait."""
    _quote(turn, "approval/offer")


def offer_anew(turn: Turn) -> None:
    """The same, after the balance changed: nothing is charged that was not seen."""
    turn.remember("card", None)
    _quote(turn, "approval/moved")


def _quote(turn: Turn, message: str) -> None:
    card = offered_card(turn)
    if card is None:
        raise LookupError("an offer needs a card")
    cents = turn.amount_cents or turn.owed_cents
    turn.remember("card", card.id)
    turn.remember("last4", card.last4)
    turn.remember("pay_cents", cents)
    turn.remember("asked_cents", cents if cents < turn.owed_cents else None)
    turn.remember("owed_cents", turn.owed_cents)
    turn.remember("offered_at", turn.now.isoformat())
    turn.say(message, amount_cents=cents, brand=card.brand, last4=card.last4, whose=turn.whose)
    turn.do(WakeAt(turn.now + OFFER_LASTS, "offer_over"))


def charge(turn: Turn) -> None:
    """The answer is what becomes of it."""
    card, cents = turn.recall("card"), turn.recall("pay_cents")
    if isinstance(card, int) and isinstance(cents, int):
        turn.do(ChargeSavedCard(turn.chosen_ids, cents, card))


def ask_again(message: str) -> Step:
    """Only the digits count."""
    return lambda turn: turn.say(message, amount_cents=turn.recall("pay_cents"), last4=turn.recall("last4"))


def go_pay(turn: Turn) -> None:
    turn.enter("pay", "asked")


def go_pay_part(turn: Turn) -> None:
    """They say how much."""
    turn.forget("asked_cents")
    turn.enter("pay", "asked")


def go_promise(turn: Turn) -> None:
    """That sum not now, but on the day that they named."""
    turn.remember("part_cents", turn.recall("pay_cents"))
    turn.remember("asked_text", turn.message.text if turn.message else "")
    turn.enter("promise", "asked")


def go_link(turn: Turn) -> None:
    turn.enter("pay", "link_asked")


def _age(turn: Turn) -> timedelta:
    at = turn.recall("offered_at")
    return turn.now - datetime.fromisoformat(at) if isinstance(at, str) else REMEMBERED


# Answers


def approves(turn: Turn) -> bool:
    """The last four digits, and nothing that takes them back."""
    words = turn.heard.words.split() if turn.heard else []
    digits = "".join(word for word in words if word.isdigit())
    return digits == turn.recall("last4") and all(word.isdigit() or word in AROUND for word in words)


def approves_late(turn: Turn) -> bool:
    return approves(turn) and _age(turn) < REMEMBERED


def other_digits(turn: Turn) -> bool:
    """Four digits that are not the card's."""
    words = turn.heard.words.split() if turn.heard else []
    numbers = [word for word in words if word.isdigit()]
    return len(numbers) == 1 and len(numbers[0]) == LAST_FOUR and all(w in AROUND for w in words if w not in numbers)


def leaves_it(turn: Turn) -> bool:
    words = turn.heard.words.split() if turn.heard else []
    taken_back = turn.recall("last4") in words and words[0] in TAKEN_BACK
    return LEAVE_IT(turn) or taken_back or yes_no(" ".join(words)) is False


def agrees_late(turn: Turn) -> bool:
    """Yes to an offer that is over."""
    return _age(turn) < REMEMBERED and turn.heard is not None and yes_no(turn.heard.words) is True


def names_later_day(turn: Turn) -> bool:
    """Such as "maybe tomorrow"."""
    if turn.heard is None or len(turn.heard.words.split()) > SHORT or turn.heard.amount is not None:
        return False
    days = parts(turn.heard.raw, turn.today).days
    return bool(days) and min(days) > turn.today


def unsure(turn: Turn) -> bool:
    """Yes, a thumb, or the digits with other words around them: it is asked again."""
    if turn.heard is None:
        return False
    if turn.heard.reaction or turn.heard.emoji_only:
        return True
    return APPROVE(turn) or yes_no(turn.heard.words) is True or turn.recall("last4") in turn.heard.words.split()


flow = Flow(
    name="approval",
    states=States,
    public=True,  # only PAY enters it, once the person is proved; every row that names a sum looks again
    answers={
        States.OFFERED: (
            Answer("approved", approves),
            Answer("link_wanted", LINK),
            Answer("left", leaves_it),
            Answer("unsure", unsure, to_pictures=True),
            Answer("other_digits", other_digits),
            Answer("part_wanted", HALF),
            Answer("later", names_later_day),
            Answer("unclear", unclear, otherwise=True),
        ),
        States.ENDED: (Answer("approved_late", approves_late), Answer("approved_late", agrees_late)),
        States.CHARGED: (Answer("approved_again", approves_late), Answer("link_wanted", LINK)),
    },
    rows=(
        Row("offer", ANY, States.OFFERED, do=(offer,)),
        Row("approved", States.OFFERED, States.ENDED, when=(over,), do=(say("approval/ended"),)),
        Row("approved", States.OFFERED, END, when=(in_doubt,), do=(say("pay/in_doubt"),)),
        Row("approved", States.OFFERED, END, when=(card_gone,), do=(say("approval/card_gone"),)),
        Row("approved", States.OFFERED, END, when=(nothing_owed,), do=(say("pay/nothing"),)),
        Row("approved", States.OFFERED, END, when=(fits_no_more,), do=(go_pay,)),
        Row("approved", States.OFFERED, STAY, when=(moved,), do=(offer_anew,)),
        Row("approved", States.OFFERED, States.CHARGED, do=(charge,)),
        Row("unsure", States.OFFERED, States.ENDED, when=(over,), do=(say("approval/ended"),)),
        Row("unsure", States.OFFERED, STAY, do=(ask_again("approval/ask_again"),)),
        Row("other_digits", States.OFFERED, States.ENDED, when=(over,), do=(say("approval/ended"),)),
        Row("other_digits", States.OFFERED, STAY, do=(ask_again("approval/other_digits"),)),
        Row("unclear", States.OFFERED, States.ENDED, when=(over,), do=(say("approval/ended"),)),
        Row("unclear", States.OFFERED, STAY, do=(ask_again("approval/unclear"),)),
        Row("part_wanted", States.OFFERED, END, do=(go_pay_part,)),
        Row("later", States.OFFERED, END, do=(go_promise,)),
        Row("left", States.OFFERED, END, do=(say("approval/left"),)),
        Row("link_wanted", (States.OFFERED, States.CHARGED), END, do=(go_link,)),
        Row("offer_over", States.OFFERED, STAY, when=(still_on,), do=(skip("offered_anew"),)),
        Row("offer_over", States.OFFERED, States.ENDED, do=(say("approval/ended"),)),
        Row("overtaken", ANY, States.ENDED),
        Row("digits_alone", ANY, END, do=(go_pay,)),
        Row("approved_late", States.ENDED, STAY, do=(say("approval/ended"),)),
        Row("approved_again", States.CHARGED, END, when=(not_charged,), do=(say("approval/not_charged"),)),
        Row("approved_again", States.CHARGED, STAY, do=(skip("approved_already"),)),
    ),
)
