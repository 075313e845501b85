"""Whom of several people a sum is for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.store.ledger import Owed


def share_out(amount: int, left: Mapping[int, Sequence[Owed]], balances: Mapping[int, int]) -> dict[int, int]:
    """Oldest visit first, nobody beyond what they owe."""
    shares: dict[int, int] = {}
    for one in sorted(_owing(left.values()), key=lambda o: (o.service_on or date.min, o.person_id, o.charge_id or 0)):
        room = balances[one.person_id] - shares.get(one.person_id, 0)
        part = min(amount, one.cents, room)
        if part > 0:
            shares[one.person_id] = shares.get(one.person_id, 0) + part
            amount -= part
    return shares


def _owing(people: Iterable[Sequence[Owed]]) -> list[Owed]:
    return [one for owed in people for one in owed if one.cents > 0]
