"""A card number in a message: it is erased before we see it; we say so, and show the secure page instead."""

from datetime import timedelta
from enum import StrEnum

from conversations.effects import OpenPayLink, RedactAtProvider, WakeAt
from conversations.hearing.lone_numbers import lone_number
from conversations.machine import ANY, BACK, END, STAY, Answer, Flow, Row
from conversations.turn import Turn, Verdict

PIECES_WITHIN = 4
"""Messages between two pieces of one card number."""
NEXT_PIECE = timedelta(minutes=1)
LONGEST_BIT = 4


class Waits(StrEnum):
    """What we wait for."""

    PIECE = "piece"  # the rest of what may be a card number


def another_piece(turn: Turn) -> bool:
    """The second run of digits within a few messages."""
    first = turn.recall("piece_turn")
    return isinstance(first, int) and turn.kept.turn - first < PIECES_WITHIN


def erase(turn: Turn) -> None:
    """The digits are gone from our side; the provider's copy goes as well."""
    turn.do(RedactAtProvider())


def note_piece(turn: Turn) -> None:
    """A lone run of digits may be anything; if no second one comes soon, we say what became of it."""
    turn.remember("piece_turn", turn.kept.turn)
    turn.do(WakeAt(turn.now + NEXT_PIECE, "alone"))
    turn.skip("piece")


def say_erased(turn: Turn) -> None:
    """A whole card number."""
    _say(turn, "card/erased")


def say_pieces_erased(turn: Turn) -> None:
    """One in pieces."""
    _say(turn, "card/pieces_erased")


def say_photo_unopened(turn: Turn) -> None:
    """A photo may show a card; we do not open it."""
    _say(turn, "card/photo_unopened")


def say_digits_erased(turn: Turn) -> None:
    """A single run of digits that was no card: an account or insurance number, most likely."""
    turn.say("card/digits_erased")


def stay_silent(turn: Turn) -> None:
    """Expiry date, security code: more of the same."""
    turn.skip("piece")


def short_piece(turn: Turn) -> bool:
    """Four to seven digits more; six of them may be a code of ours."""
    number = lone_number(turn.heard.raw) if turn.heard else ""
    return bool(number) and turn.facts.codes.verdict in (None, Verdict.NONE_OPEN)


def bit_of_card(turn: Turn) -> bool:
    """A few digits, an expiry date, a security code: what people send between two pieces of a card number."""
    words = turn.heard.words.split() if turn.heard else []
    around = {"exp", "expires", "expiry", "cvv", "cvc", "code", "vence", "and", "y", "then", "removed", "zip"}
    return bool(words) and all(w in around or (w.isdigit() and len(w) <= LONGEST_BIT) for w in words)


def _say(turn: Turn, message: str) -> None:
    # Whoever holds a phone that several people share chooses and proves whom they pay for first.
    alone = len(turn.facts.people) == 1 and not turn.bills_go_elsewhere
    turn.say(message, link=OpenPayLink(turn.chosen_ids) if alone else None, linked=alone)


flow = Flow(
    name="card",
    states=Waits,
    public=True,
    rows=(
        Row("sent", ANY, BACK, do=(erase, say_erased)),
        Row("photo_sent", ANY, BACK, do=(erase, say_photo_unopened)),
        Row("piece_sent", Waits.PIECE, END, when=(another_piece,), do=(erase, say_pieces_erased)),
        Row("piece_sent", ANY, Waits.PIECE, do=(erase, note_piece)),
        Row("bit_sent", Waits.PIECE, STAY, do=(stay_silent,)),
        Row("alone", Waits.PIECE, END, do=(say_digits_erased,)),
    ),
    answers={Waits.PIECE: (Answer("piece_sent", short_piece), Answer("bit_sent", bit_of_card))},
)
