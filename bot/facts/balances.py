"""What a balance is made of, charge by charge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from bot.store import ledger
from bot.store.ledger import Owed
from bot.store.tables import charges, encounters


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """A charge with something left to pay."""

    charge_id: str
    service_on: date
    provider: str | None
    description: str | None
    patient_owes_cents: int
    remaining_cents: int


def open_charges(conn: Connection, person_id: int) -> list[OpenCharge]:
    """Oldest visit first. Credit pays the oldest first, so that what remains sums to the balance."""
    left = _after_credit(ledger.owed(conn, [person_id]).get(person_id, ()))
    c, e = charges.c, encounters.c
    wanted = select(c.id, c.charge_id, c.service_on, e.provider, c.description, c.patient_owes_cents)
    wanted = wanted.join_from(charges, encounters, c.encounter_id == e.id).where(c.person_id == person_id)
    known = {row.id: row for row in conn.execute(wanted.where(c.id.in_(left)))} if left else {}
    return [OpenCharge(*known[charge][1:], cents) for charge, cents in left.items() if charge in known]


def _after_credit(owed: Sequence[Owed]) -> dict[int, int]:
    credit = -sum(one.cents for one in owed if one.cents <= 0 or one.charge_id is None)
    left: dict[int, int] = {}
    for one in owed:
        if one.cents > 0 and one.charge_id is not None:
            paid = max(0, min(credit, one.cents))
            credit -= paid
            if one.cents > paid:
                left[one.charge_id] = one.cents - paid
    return left
