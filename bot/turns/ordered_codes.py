"""Where the code that a turn ordered goes, when that is not the conversation that asked."""

from bot.facts import people as people_facts
from bot.facts.people import Circle
from bot.store.codes import NewCode
from bot.store.conversations import Place
from bot.store.outbox import NewMessage
from conversations.effects import SendCode
from conversations.events import Way
from conversations.values import value


@value(frozen=True, slots=True)
class OrderedCode:
    """A code, the message that brings it, and the place it goes to when that is not the conversation that asked.

    `twin`: the message that brings the same code the other way, and its place.
    """

    code: NewCode
    message: NewMessage
    place: Place | None
    twin: tuple[NewMessage, Place] | None = None


def place_of(send: SendCode, circle: Circle, practice_id: int, way: Way, *, simulated: bool) -> Place | None:
    """An address of that kind of one of these people, or of who answers for them."""
    payers = [payer for person, payer in circle.paid_for if person in send.person_ids]
    for person_id in (*send.person_ids, *payers):
        if found := people_facts.reach(circle, person_id, way, simulated=simulated):
            return Place(practice_id, way, found.address)
    return None
