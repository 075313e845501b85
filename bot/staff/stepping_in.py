"""A person of the practice, or a program in their place, takes a thread, answers, or hands it back."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store.tables import addresses, conversations
from bot.store.tasks import finish_hand_offs
from bot.turns.arrivals import Arrival, Ended, Taken, World
from bot.turns.batch import take_batch
from conversations.effects import Skip
from conversations.events import StaffReleased, StaffReplied, StaffTook

StaffEvent = StaffTook | StaffReplied | StaffReleased

REASONS = {
    "opted_out": "They opted out: nothing may be sent to them until they send START.",
    "held": "They may have opted out, and have not answered our question yet.",
    "wrong_number": "Somebody said that this is not the patient's: nothing is sent there any more.",
}


class CannotAnswerError(Exception):
    """Nothing may be said there; `reason` names the rule."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(REASONS.get(reason, f"This may not be sent ({reason})."))


def step_in(
    conn: Connection, world: World, event: StaffEvent, conversation_id: int, who: str, now: datetime, once: str = ""
) -> Taken:
    """The turn of what they did, in the transaction of whoever calls. Raises CannotAnswerError.

    `once` names what was pressed: a second press is a duplicate. When the answer has `woke`, the caller tells
    `road.on_outbox` after the commit.
    """
    arrival = Arrival(
        provider="staff",
        provider_id=once or secrets.token_hex(16),
        event=event,
        received_at=now,
        conversation_id=conversation_id,
        details={"who": who},
    )
    taken = take_batch(conn, (arrival,), world)[0]
    if taken.outcome is Ended.SHUNTED:
        raise LookupError(taken.reason)
    if taken.outcome is Ended.DUPLICATE:
        return taken
    if isinstance(event, StaffReplied) and not taken.outbox_ids:
        raise CannotAnswerError(_why_not(conn, conversation_id, taken))
    if not isinstance(event, StaffTook):
        finish_hand_offs(conn, conversation_id, who, now)
    return taken


def _why_not(conn: Connection, conversation_id: int, taken: Taken) -> str:
    """The core keeps silent for one reason; staff should learn which of its kinds it was."""
    a = addresses.c
    wanted = select(a.blocked, a.consent).join_from(conversations, addresses, conversations.c.address_id == a.id)
    blocked, consent = conn.execute(wanted.where(conversations.c.id == conversation_id)).one()
    if blocked:
        return "wrong_number"
    return "held" if consent == "held" else next((e.reason for e in taken.effects if isinstance(e, Skip)), taken.reason)
