"""What a patient agreed to when a card was saved, mailed to them word for word (RULES 6.16)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.store import conversations, people
from bot.store.conversations import Place
from bot.store.outbox import NewMessage
from conversations.effects import SendMandate


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy to be mailed: a message without its address and values."""

    message: NewMessage
    send: SendMandate


def write(conn: Connection, wanted: Sequence[Copy]) -> list[NewMessage]:
    """The mails, where these people have a mail address that works."""
    if not wanted:
        return []
    ids = {copy.send.person_id for copy in wanted}
    reaches, patients = people.reaches(conn, ids), people.by_id(conn, ids)
    mails: list[tuple[Place, NewMessage]] = []
    for copy in wanted:
        person, send = copy.send.person_id, copy.send
        way = next((r for r in reaches.get(person, ()) if r.channel == "email" and r.problem is None), None)
        if way is None or person not in patients:
            continue
        mail = replace(
            copy.message,
            channel="email",
            number_id=None,
            language=patients[person].language,
            person_ids=(person,),
            values={
                "first_name": patients[person].first_name,
                "brand": send.brand,
                "last4": send.last4,
                "mandate": send.mandate,
            },
        )
        mails.append((Place(copy.message.practice_id, "email", way.address), mail))
    found = conversations.begun(conn, {place for place, _ in mails})
    for place, mail in mails:
        mail.conversation_id, mail.address_id = found[place]
    return [mail for _, mail in mails]
