"""An address on nobody's file: told once where to turn, then silence. Nothing hints whether any name would match."""

from enum import StrEnum

from conversations.effects import RedactAtProvider
from conversations.hearing.lone_numbers import lone_number
from conversations.machine import ANY, STAY, Flow, Row
from conversations.turn import Turn


class States(StrEnum):
    TOLD = "told"


def tell_where_to_turn(turn: Turn) -> None:
    turn.say("unknown/told")


def be_silent(turn: Turn) -> None:
    turn.skip("unknown_told_once")


def redact_cards(turn: Turn) -> None:
    wrote = turn.message
    if wrote and (wrote.cards_removed or wrote.digits_removed or lone_number(wrote.text)):
        turn.do(RedactAtProvider())


flow = Flow(
    name="unknown",
    states=States,
    public=True,
    rows=(
        Row("wrote", States.TOLD, STAY, do=(redact_cards, be_silent)),
        Row("wrote", ANY, States.TOLD, do=(redact_cards, tell_where_to_turn)),
    ),
)
