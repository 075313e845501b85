"""Which charges a refund comes from, and what it does to the books: owed again, or not owed any more."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from bot.store import ledger
from bot.store.entries import Part, Posted
from bot.store.ledger import ADJUSTED, HELD, RECEIVABLE, Posting


def parts_of(entry: Posted) -> dict[Part, int]:
    """What of a payment went where, in the order in which it was posted."""
    found: dict[Part, int] = {}
    for line in entry.lines:
        if line.account in {RECEIVABLE, HELD}:
            part = Part(line.person_id, line.charge_id)
            found[part] = found.get(part, 0) - line.cents
    return found


def is_held(entry: Posted) -> bool:
    """Did it pay nothing? Such money is only waiting to be given back."""
    return any(line.account == HELD for line in entry.lines)


def held_lines(parts: Mapping[Part, int], money: str) -> tuple[Posting, ...]:
    """The postings that give held money back: nobody owes more or less for it."""
    return tuple(
        side
        for (person, charge), cents in parts.items()
        for side in (Posting(money, person, -cents, charge), Posting(HELD, person, cents, charge))
    )


def given_back(entries: Iterable[Posted], money: str) -> dict[Part, int]:
    """What of it has come back since, by what moved in the account of the money."""
    found: dict[Part, int] = {}
    for entry in entries:
        for line in entry.lines:
            if line.account == money:
                part = Part(line.person_id, line.charge_id)
                found[part] = found.get(part, 0) - line.cents
    return found


def choose(cents: int, paid: Mapping[Part, int], back: Mapping[Part, int]) -> dict[Part, int]:
    """What of a refund comes from where: first what lay beyond every charge, then what was paid last."""
    chosen: dict[Part, int] = {}
    beyond = [part for part in paid if part.charge_id is None]
    for part in [*beyond, *(part for part in reversed(list(paid)) if part.charge_id is not None)]:
        piece = min(cents, max(0, paid[part] - back.get(part, 0)))
        if piece:
            chosen[part] = piece
            cents -= piece
    if cents:  # a payment that was never split, or a record of ours that is short: the first part takes it
        first = next(iter(paid))
        chosen[first] = chosen.get(first, 0) + cents
    return chosen


def lines(conn: Connection, parts: Mapping[Part, int], money: str, *, still_owed: bool) -> tuple[Posting, ...]:
    """The postings of a refund. With `still_owed` the charges are open again; otherwise they are adjusted away.

    What lies on a charge as credit is simply handed out: there is nothing to adjust then.
    """
    credit = {} if still_owed else _credit(conn, parts)
    found: list[Posting] = []
    for (person, charge), cents in parts.items():
        found += [Posting(money, person, -cents, charge), Posting(RECEIVABLE, person, cents, charge)]
        away = 0 if still_owed else cents - min(cents, credit.get(Part(person, charge), 0))
        if away:
            found += [Posting(RECEIVABLE, person, -away, charge), Posting(ADJUSTED, person, away, charge)]
    return tuple(found)


def opposite(sides: Sequence[Posting]) -> tuple[Posting, ...]:
    """The same, the other way round."""
    return tuple(Posting(side.account, side.person_id, -side.cents, side.charge_id) for side in sides)


def _credit(conn: Connection, parts: Iterable[Part]) -> dict[Part, int]:
    owed = ledger.owed(conn, {part.person_id for part in parts})
    return {Part(one.person_id, one.charge_id): max(0, -one.cents) for each in owed.values() for one in each}
