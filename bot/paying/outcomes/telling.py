"""Where somebody is told what the practice did with their money: a thread that is open to us."""

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.store import conversations, people
from bot.store.conversations import Place
from bot.store.people import Reach
from bot.store.practices import Practice


def told_in(conn: Connection, practice: Practice, person_ids: Sequence[int], *, simulated: bool) -> int | None:
    """The conversation: by text where they agreed to that, else by mail. None: neither way is open."""
    reaches = people.reaches(conn, person_ids)
    every = [one for person in person_ids for one in reaches.get(person, ())]
    ready = sorted((one for one in every if _is_open(one, practice, simulated)), key=lambda one: one.channel != "text")
    if not ready:
        return None
    place = Place(practice.id, ready[0].channel, ready[0].address)
    return conversations.begun(conn, [place])[place][0]


def _is_open(one: Reach, practice: Practice, simulated: bool) -> bool:
    if one.blocked or one.problem:
        return False
    if one.channel == "email":
        return one.consent not in {"revoked", "held"}
    return one.consent == "granted" and practice.file.role != "collector" and (one.verified or simulated)
