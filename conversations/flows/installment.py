"""An installment that no card can be charged for: the patient is asked to choose a card, or to pay it on the page."""

from conversations.effects import Kind, OpenPayLink
from conversations.events import InstallmentDue
from conversations.machine import ANY, END, Flow, Row
from conversations.turn import Turn


def ask(turn: Turn) -> None:
    """On a phone that several people share the page asks for a code first."""
    event = turn.event
    if isinstance(event, InstallmentDue):
        several = turn.facts.shared
        link = OpenPayLink((event.person_id,), event.amount_cents, asks_code=several, page="agreement")
        turn.say("installment/due", kind=Kind.NOTICE, link=link, amount_cents=event.amount_cents)


flow = Flow(
    name="installment",
    states=None,
    public=True,
    events={InstallmentDue: "due"},
    rows=(Row("due", ANY, END, do=(ask,)),),
)
