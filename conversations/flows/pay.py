"""PAY: a fresh link, for the whole, for a part, or instead of one that does not open. Sums are named once proved."""

from enum import StrEnum

from conversations.effects import OpenPayLink, Value
from conversations.flows.pay_words import KEYWORDS
from conversations.hearing import Amount, Share, Unreadable, normalise, parts, put_off, spread
from conversations.hearing.lone_numbers import lone_number
from conversations.machine import ANY, END, STAY, Answer, Flow, Row
from conversations.money import leaves_crumbs, splits
from conversations.steps.amounts_shown import EXAMPLE_PART_CENTS, example_part
from conversations.steps.asking_again import asks_why, unclear
from conversations.steps.proving import own_link
from conversations.steps.saved_cards import textable_card
from conversations.turn import Proof, Turn

SHORT = 3
SMALLEST = frozenset("minimum smallest least less minimo menor menos".split())
NOT_OF_ALL = frozenset("off discount price rebate descuento rebaja visit visits visita visitas one".split())
"""Beside half: not half of what is owed."""
PARTS = frozenset("half mitad part partial some little parte parcial algo".split())


class Waits(StrEnum):
    """What we wait for."""

    AMOUNT = "amount"  # a sum that we can read and take


# Guards


def in_doubt(turn: Turn) -> bool:
    """A payment is under way: a second one could be taken twice."""
    return turn.facts.payment_in_doubt


def unreadable(turn: Turn) -> bool:
    """A sum was named, not plainly."""
    return turn.amount_unreadable


def unproved(turn: Turn) -> bool:
    """We may not tell them whether a sum fits: the page does, once they are in."""
    return not turn.proved(Proof.PHONE)


def part_refused(turn: Turn) -> bool:
    """A sum was named, and this office takes the whole only."""
    return not turn.facts.policy.partial_payments and turn.amount_cents is not None


def nothing_owed(turn: Turn) -> bool:
    """Zero, or a credit."""
    return turn.owed_cents <= 0


def link_wanted(turn: Turn) -> bool:
    """Receipts and saved cards are on the page, whatever is owed."""
    return turn.recall("by_link") is True


def whole(turn: Turn) -> bool:
    """No sum named, or exactly what is owed."""
    return turn.amount_cents in (None, turn.owed_cents)


def half(turn: Turn) -> bool:
    """Half of what is owed, and no other sum."""
    wish = turn.wish or (turn.heard.raw if turn.heard else "")
    told, words = parts(wish, turn.today), set(normalise(wish).split())
    shares = told.sums[:1] == (Share.HALF,) and all(isinstance(one, Share) for one in told.sums)
    return turn.amount_cents is None and shares and not told.days and NOT_OF_ALL.isdisjoint(words)


def part_unnamed(turn: Turn) -> bool:
    """A part, but not how much of it: the whole is not what they asked for."""
    words = turn.heard.words.split() if turn.heard else []
    return turn.amount_cents is None and not PARTS.isdisjoint(words) and example_part(turn) is not None


def smallest_asked(turn: Turn) -> bool:
    """How little may it be?"""
    words = turn.heard.words.split() if turn.heard else []
    return turn.amount_cents is None and not SMALLEST.isdisjoint(words) and example_part(turn) is not None


def too_much(turn: Turn) -> bool:
    """More than is owed."""
    return (turn.amount_cents or 0) > turn.owed_cents


def perhaps_card(turn: Turn) -> bool:
    """A sum of four digits or more without a sign: answered once, the next one is a piece of a card number."""
    return turn.heard is not None and turn.heard_as == "pay.asked" and bool(lone_number(turn.heard.raw))


def too_little(turn: Turn) -> bool:
    """Less than the practice takes at a time."""
    return (turn.amount_cents or 0) < turn.facts.policy.minimum_payment_cents


def below_minimum_in_all(turn: Turn) -> bool:
    """So little is owed that only the whole makes sense."""
    return not splits(turn.owed_cents, turn.facts.policy.minimum_payment_cents)


def crumbs_stay(turn: Turn) -> bool:
    """All but a few cents."""
    return leaves_crumbs(turn.amount_cents or 0, turn.owed_cents)


def card_saved(turn: Turn) -> bool:
    """A card that a reply may charge, and they did not ask for a link."""
    return turn.recall("by_link") is not True and textable_card(turn) is not None


# Steps


def say_in_doubt(turn: Turn) -> None:
    """Wait for the bank."""
    turn.say("pay/in_doubt")


def say_unreadable(turn: Turn) -> None:
    """Asked again, never guessed."""
    proved = not unproved(turn)  # an example that depends on what they owe would tell
    turn.say("pay/unreadable", part=example_part(turn) if proved else None)


def send_link(turn: Turn) -> None:
    """A neutral link; the sum they named waits on the page."""
    turn.say("pay/link", link=own_link(turn, turn.amount_cents), minutes=_minutes(turn))


def say_whole_only(turn: Turn) -> None:
    """Without the sum."""
    turn.say("pay/whole_only")


def say_whole_only_owed(turn: Turn) -> None:
    """With the sum."""
    turn.say("pay/whole_only_owed", owed_cents=turn.owed_cents)


def say_nothing_owed(turn: Turn) -> None:
    """Nothing to pay."""
    turn.say("pay/nothing")


def send_account(turn: Turn) -> None:
    """Where they find the rest."""
    turn.say("pay/account", link=own_link(turn), minutes=_minutes(turn))


def ask_how_much(turn: Turn) -> None:
    """They say."""
    turn.say("pay/how_much", part=example_part(turn))


def take_half(turn: Turn) -> None:
    """To the cent: what stays is never more."""
    turn.remember("asked_cents", -(-turn.owed_cents // 2))
    turn.enter("pay", "asked")


def ask_amount_again(turn: Turn) -> None:
    """What they wrote is no sum."""
    part = None if unproved(turn) else example_part(turn)  # as in `say_unreadable`
    turn.say("pay/amount_again", part=part or EXAMPLE_PART_CENTS // 100)


def promise_instead(turn: Turn) -> None:
    """Not now: on that day."""
    turn.enter("promise", "asked")


def offer_card(turn: Turn) -> None:
    """The sum and the card, to be approved by a reply."""
    turn.enter("approval", "offer")


def pay_by_link(turn: Turn) -> None:
    """Whatever card is saved."""
    turn.remember("by_link", True)
    turn.enter("pay", "asked")


def send_whole(turn: Turn) -> None:
    """All that is owed when the page is opened."""
    turn.say("pay/whole", link=own_link(turn), owed_cents=turn.owed_cents, minutes=_minutes(turn), whose=turn.whose)


def send_part(turn: Turn) -> None:
    """Part now, and what stays."""
    paid = turn.amount_cents or 0
    rest = turn.owed_cents - paid
    planned = any(p.plan and p.plan.state == "active" for p in turn.chosen)
    message = "pay/part_beside_plan" if planned else "pay/part"
    turn.say(message, link=own_link(turn, paid), amount_cents=paid, rest_cents=rest, minutes=_minutes(turn))


def say_too_much(turn: Turn) -> None:
    """We cannot take more than is owed."""
    turn.say("pay/too_much", owed_cents=turn.owed_cents, amount_cents=turn.amount_cents)


def say_too_little(turn: Turn) -> None:
    """The smallest part payment."""
    minimum = turn.facts.policy.minimum_payment_cents
    turn.say("pay/too_little", minimum_cents=minimum, minimum=-(-minimum // 100))


def say_whole_is_small(turn: Turn) -> None:
    """The whole is below the smallest part."""
    turn.say("pay/whole_is_small", owed_cents=turn.owed_cents)


def say_crumbs_stay(turn: Turn) -> None:
    """The whole instead, or less."""
    rest = turn.owed_cents - (turn.amount_cents or 0)
    turn.say("pay/crumbs_stay", owed_cents=turn.owed_cents, rest_cents=rest)


def send_fresh_link(turn: Turn) -> None:
    """Instead of one that did not open. Whoever opens it shows a code first: we do not know what went wrong."""
    link = OpenPayLink(turn.chosen_ids, asks_code=True)
    turn.say("pay/fresh_link", link=link, minutes=_minutes(turn))


def _minutes(turn: Turn) -> Value:
    return turn.facts.policy.link_minutes


# Answers


def names_share(turn: Turn) -> bool:
    """Half, or as little as possible."""
    return turn.heard is not None and (half(turn) or smallest_asked(turn)) and not put_off(turn.heard.words)


def names_later(turn: Turn) -> bool:
    """A day to come, and no sum."""
    return turn.heard is not None and turn.heard.amount is None and any(day > turn.today for day in turn.parts.days)


def names_amount(turn: Turn) -> bool:
    """A sum, or what is meant to be one."""
    if not turn.heard:
        return False
    words = turn.heard.words
    if put_off(words) or spread(words):
        return False
    short = len(words.split()) <= SHORT
    return isinstance(turn.heard.amount, Amount) or (short and isinstance(turn.heard.amount, Unreadable))


flow = Flow(
    name="pay",
    states=Waits,
    needs=Proof.NONE,
    keywords=KEYWORDS,
    rows=(
        Row("asked", ANY, END, when=(in_doubt,), do=(say_in_doubt,)),
        Row("asked", ANY, Waits.AMOUNT, when=(unreadable,), do=(say_unreadable,)),
        Row("asked", ANY, END, when=(unproved, part_refused), do=(say_whole_only,)),
        Row("asked", ANY, END, when=(unproved,), do=(send_link,)),
        Row("asked", ANY, END, when=(nothing_owed, link_wanted), do=(send_account,)),
        Row("asked", ANY, END, when=(nothing_owed,), do=(say_nothing_owed,)),
        Row("asked", ANY, Waits.AMOUNT, when=(smallest_asked,), do=(say_too_little,)),
        Row("asked", ANY, END, when=(half,), do=(take_half,)),
        Row("asked", ANY, Waits.AMOUNT, when=(part_unnamed,), do=(ask_how_much,)),
        Row("asked", ANY, END, when=(whole, card_saved), do=(offer_card,)),
        Row("asked", ANY, END, when=(whole,), do=(send_whole,)),
        Row("asked", ANY, END, when=(part_refused,), do=(say_whole_only_owed,)),
        Row("asked", ANY, END, when=(too_much, perhaps_card), do=(say_too_much,)),
        Row("asked", ANY, Waits.AMOUNT, when=(too_much,), do=(say_too_much,)),
        Row("asked", ANY, END, when=(below_minimum_in_all,), do=(say_whole_is_small,)),
        Row("asked", ANY, Waits.AMOUNT, when=(too_little,), do=(say_too_little,)),
        Row("asked", ANY, Waits.AMOUNT, when=(crumbs_stay,), do=(say_crumbs_stay,)),
        Row("asked", ANY, END, when=(card_saved,), do=(offer_card,)),
        Row("asked", ANY, END, do=(send_part,)),
        Row("later", Waits.AMOUNT, END, do=(promise_instead,)),
        Row("unclear", Waits.AMOUNT, STAY, do=(ask_amount_again,)),
        Row("link_asked", ANY, END, do=(pay_by_link,)),
        Row("link_broken", ANY, END, when=(in_doubt,), do=(say_in_doubt,)),
        Row("link_broken", ANY, END, do=(send_fresh_link,)),
    ),
    answers={
        Waits.AMOUNT: (
            Answer("asked", names_amount),
            Answer("asked", names_share),
            Answer("later", names_later),
            Answer("unclear", asks_why),
            Answer("unclear", unclear, otherwise=True),
        )
    },
)
