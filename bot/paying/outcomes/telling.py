"""Where somebody is told what the practice did with their money: a thread that is open to us."""

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.facts.people import may_begin
from bot.store import conversations, people
from bot.store.conversations import Place
from bot.store.practices import Practice


def told_in(conn: Connection, practice: Practice, person_ids: Sequence[int], *, simulated: bool) -> int | None:
    """The conversation: by text where they agreed to that, else by mail. None: neither way is open."""
    reaches = people.reaches(conn, person_ids)
    every = [one for person in person_ids for one in reaches.get(person, ())]
    ready = [one for one in every if may_begin(one, practice, simulated=simulated)]
    ready.sort(key=lambda one: one.channel != "text")
    if not ready:
        return None
    place = Place(practice.id, ready[0].channel, ready[0].address)
    return conversations.begun(conn, [place])[place][0]
