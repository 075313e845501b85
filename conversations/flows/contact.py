"""A number or mail address was changed on our page: told at once to what was on file before, with whom to call."""

from conversations.events import ContactChanged
from conversations.machine import ANY, BACK, Flow, Row
from conversations.turn import Turn


def phone_changed(turn: Turn) -> bool:
    """It was the number."""
    return isinstance(turn.event, ContactChanged) and turn.event.way == "text"


def tell_phone(turn: Turn) -> None:
    """No name, no number: whoever reads it may be somebody else by now."""
    turn.say("contact/phone_changed")


def tell_email(turn: Turn) -> None:
    turn.say("contact/email_changed")


flow = Flow(
    name="contact",
    states=None,
    public=True,
    events={ContactChanged: "changed"},
    rows=(
        Row("changed", ANY, BACK, when=(phone_changed,), do=(tell_phone,)),
        Row("changed", ANY, BACK, do=(tell_email,)),
    ),
)
