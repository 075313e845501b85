"""Writes what a batch came to, each kind of row with one statement, in the order in which rows refer to each other."""

from sqlalchemy import Connection

from bot.store import codes, consents, conversations, links, outbox, people, redactions, tasks, timers
from bot.store.outbox import NewMessage
from bot.store.practices import Practices
from bot.turns import mails, money, receipts
from bot.turns.carrying_out import Writes
from bot.turns.ordered_codes import OrderedCode


def write(conn: Connection, writes: Writes, practices: Practices) -> dict[int, list[int]]:
    """Write all of it; the new outbox rows by the inbox row they answer, or else by minus their conversation."""
    for address_id, rule, kinds in writes.drops:
        outbox.drop(conn, address_id, rule, kinds)
    consents.record(conn, writes.consents)
    _people(conn, writes)
    codes.use(conn, writes.used_codes)
    codes.miss(conn, writes.wrong_tries)
    codes.void(conn, writes.void_codes)
    for conversation_id, now in writes.void_links:
        links.void(conn, (conversation_id,), now)
    timers.insert_timers(conn, writes.timers)
    tasks.open_tasks(conn, writes.tasks)
    redactions.ask(conn, writes.redactions)
    writes.messages += money.carry_out(conn, writes.money)
    written = [*receipts.write(conn, writes.receipts, practices), *mails.write(conn, writes.copies)]
    return _send(conn, [*_coded(conn, writes.codes), *writes.messages, *written])


def _people(conn: Connection, writes: Writes) -> None:
    for address_id, reason in writes.blocks:
        people.block(conn, address_id, reason)
    for pause in writes.pauses:
        people.pause(conn, pause.person_ids, pause.until, pause.reason)
    people.report_death(conn, writes.deaths)
    for spoken in writes.languages:
        people.speak(conn, spoken.person_ids, spoken.language)


def _coded(conn: Connection, ordered: list[OrderedCode]) -> list[NewMessage]:
    """The messages that bring these codes, with the conversations of the addresses they go to."""
    ids = codes.order(conn, [one.code for one in ordered])
    bringing = [(one.code, one.message, one.place) for one in ordered]
    bringing += [(one.code, *one.twin) for one in ordered if one.twin]
    found = conversations.begun(conn, {place for _, _, place in bringing if place})
    for code, message, place in bringing:
        message.code_id = ids[code.conversation_id]
        if place:
            message.conversation_id, message.address_id = found[place]
    return [message for _, message, _ in bringing]


def _send(conn: Connection, messages: list[NewMessage]) -> dict[int, list[int]]:
    needing = [message for message in messages if message.ground == "consent"]
    granted = consents.grants(conn, {message.address_id for message in needing})
    for message in needing:
        message.ground_id = granted.get(message.address_id)
    sent: dict[int, list[int]] = {}
    for row in outbox.insert_messages(conn, messages):
        answers = row.ground_id if row.ground != "consent" and row.ground_id else -row.conversation_id
        sent.setdefault(answers, []).append(row.id)
    return sent
