"""Receipts by mail: each patient whom a payment was for gets one about their own part, where they have mail."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from bot.store import conversations, ledger, people
from bot.store.conversations import Place
from bot.store.outbox import NewMessage
from bot.store.practices import Practices
from bot.store.tables import payments
from conversations.events import ChargeSettled, Event

_SHARES = select(payments.c.receipt, payments.c.shares).where(payments.c.receipt.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt to be mailed: a message without its address and values, for these people."""

    message: NewMessage
    person_ids: tuple[int, ...]
    reference: str
    event: Event


def write(conn: Connection, wanted: Sequence[Receipt], practices: Practices) -> list[NewMessage]:
    """The mails, one to each of these people who has a mail address that works."""
    if not wanted:
        return []
    ids = {person for receipt in wanted for person in receipt.person_ids}
    reaches, patients, balances = people.reaches(conn, ids), people.by_id(conn, ids), ledger.balances(conn, ids)
    shares = {row[0]: row[1] for row in conn.execute(_SHARES, {"ids": [receipt.reference for receipt in wanted]})}
    mails: list[tuple[Place, NewMessage]] = []
    for receipt in wanted:
        event = receipt.event
        practice = practices.by_id(conn, receipt.message.practice_id)
        if not isinstance(event, ChargeSettled) or practice is None:
            continue
        paid_on = event.paid_at.astimezone(ZoneInfo(practice.file.time_zone)).date().isoformat()
        parts = shares.get(receipt.reference, {})
        for person in receipt.person_ids:
            way = next((r for r in reaches.get(person, ()) if r.channel == "email" and r.problem is None), None)
            if way is None or person not in patients:
                continue
            alone = len(receipt.person_ids) == 1
            mail = replace(
                receipt.message,
                channel="email",
                number_id=None,
                language=patients[person].language,
                person_ids=(person,),
                values={
                    "first_name": patients[person].first_name,
                    "amount_cents": int(parts.get(str(person), event.amount_cents if alone else 0)),
                    "paid_on": paid_on,
                    "brand": event.card_brand,
                    "last4": event.card_last4,
                    "balance_cents": max(0, balances[person]),
                    "reference": event.reference,
                },
            )
            mails.append((Place(practice.id, "email", way.address), mail))
    found = conversations.begun(conn, {place for place, _ in mails})
    for place, mail in mails:
        mail.conversation_id, mail.address_id = found[place]
    return [mail for _, mail in mails]
