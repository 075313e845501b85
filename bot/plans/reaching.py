"""Where a patient may be told about a plan: the thread it is talked about in, else another that is open to us."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.facts.people import answered_for, may_begin
from bot.store import conversations, people
from bot.store.conversations import Place
from bot.store.money_tables import plans as plans_table
from bot.store.plans import Plan
from bot.store.practices import Practice
from bot.store.tables import conversations as conversations_table
from bot.turns.arrivals import World


def way_to(
    conn: Connection, practice: Practice, plan: Plan, now: datetime, *, simulated: bool, without: int | None = None
) -> int | None:
    """The conversation in which we may begin; `without`: not that one, where nothing got through.

    Who opted out of texts is told by mail; None: neither way is left.
    """
    pairs = answered_for(conn, [plan.person_id], now)
    payers = [guarantor for patient, guarantor in pairs if patient == plan.person_id]
    reaches = people.reaches(conn, [plan.person_id, *payers])
    every = [one for person in (plan.person_id, *payers) for one in reaches.get(person, ())]
    ready = [one for one in every if may_begin(one, practice, simulated=simulated)]
    talked = plan.conversation_id and conn.scalar(
        select(conversations_table.c.address_id).where(conversations_table.c.id == plan.conversation_id)
    )
    ready.sort(key=lambda one: (one.address_id != talked, one.channel != "text"))
    for one in ready:
        place = Place(practice.id, one.channel, one.address)
        found, _ = conversations.begun(conn, [place])[place]
        if found != without:
            return found
    return None


def told_in(conn: Connection, practice: Practice, plan: Plan, world: World, now: datetime) -> int | None:
    """Where news of the plan go: a thread that is open to us, or else the one it was agreed in."""
    found = way_to(conn, practice, plan, now, simulated=world.simulated) or plan.conversation_id
    if found:
        talk_there(conn, plan, found)
    return found


def talk_there(conn: Connection, plan: Plan, conversation_id: int) -> None:
    """From now on the plan is talked about there, if it was nowhere before."""
    if plan.conversation_id is None:
        here = (plans_table.c.id == plan.id, plans_table.c.conversation_id.is_(None))
        conn.execute(update(plans_table).where(*here).values(conversation_id=conversation_id))
