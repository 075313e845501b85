"""A mail that cannot be taken at its word: not certainly theirs, empty, mixed with our own words, or unreadable."""

from conversations.flows.idle import guessed_lately
from conversations.machine import ANY, BACK, END, Flow, Row, Step
from conversations.turn import Turn


def guess(message: str) -> Step:
    def step(turn: Turn) -> None:
        turn.kept.guessed_at = turn.now
        turn.say(f"mail/{message}")

    return step


def fetch_staff(turn: Turn) -> None:
    turn.enter("staff", "needed")


def guessing(trigger: str) -> tuple[Row, ...]:
    """Told what to do, once an hour."""
    return (
        Row(trigger, ANY, BACK, when=(guessed_lately,), do=(lambda turn: turn.skip("guessed_lately"),)),
        Row(trigger, ANY, BACK, do=(guess(trigger),)),
    )


flow = Flow(
    name="mail",
    states=None,
    public=True,
    rows=(
        *guessing("unproven"),
        *guessing("empty"),
        Row("below_quote", ANY, END, do=(fetch_staff,)),
        Row("unreadable", ANY, END, do=(fetch_staff,)),
        Row("silence_asked", ANY, END, do=(fetch_staff,)),
    ),
)
