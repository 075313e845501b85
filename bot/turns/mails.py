"""What is mailed beside the talk: what was agreed to when a card was saved, what CANCEL did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.store import conversations, people
from bot.store.conversations import Place
from bot.store.outbox import NewMessage
from conversations.effects import SendMandate, Value


@dataclass(frozen=True, slots=True)
class Copy:
    """Something to be mailed: a message without its address, for these people."""

    message: NewMessage
    person_ids: tuple[int, ...]
    values: Mapping[str, Value]


def of_mandate(message: NewMessage, send: SendMandate) -> Copy:
    """What they agreed to, word for word."""
    return Copy(message, (send.person_id,), {"brand": send.brand, "last4": send.last4, "mandate": send.mandate})


def write(conn: Connection, wanted: Sequence[Copy]) -> list[NewMessage]:
    """The mails, where these people have a mail address that works."""
    if not wanted:
        return []
    ids = {person for copy in wanted for person in copy.person_ids}
    reaches, patients = people.reaches(conn, ids), people.by_id(conn, ids)
    mails: list[tuple[Place, NewMessage]] = []
    for copy, person in ((one, person) for one in wanted for person in one.person_ids):
        way = next((r for r in reaches.get(person, ()) if r.channel == "email" and r.problem is None), None)
        if way is None or person not in patients:
            continue
        mail = replace(
            copy.message,
            channel="email",
            number_id=None,
            language=patients[person].language,
            person_ids=(person,),
            values={"first_name": patients[person].first_name, **copy.values},
        )
        mails.append((Place(copy.message.practice_id, "email", way.address), mail))
    found = conversations.begun(conn, {place for place, _ in mails})
    for place, mail in mails:
        mail.conversation_id, mail.address_id = found[place]
    return [mail for _, mail in mails]
