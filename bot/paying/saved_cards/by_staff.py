"""Staff, or a program of theirs, charge a saved card: for one patient, or for several whom its owner pays for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.facts.people import answered_for, today_at
from bot.paying.checkout.checkouts import Hindrance
from bot.paying.outcomes.telling import told_in
from bot.paying.saved_cards import charging
from bot.paying.saved_cards.charging import ChargeOrder
from bot.store import cards, ledger, people
from bot.store.cards import Card
from bot.store.payments import Attempt
from bot.store.practices import Practice
from bot.turns.arrivals import World

REASONS: Mapping[str, str] = {
    "no_card": "There is no saved card that this practice may charge; send them a pay link.",
    "no_mandate": "The patient has agreed to no charge of this card by the practice; send them a pay link.",
    "died": "Whose card it is was reported to have died; send who answers for the bill a pay link.",
    "expired": "The card has expired; send them a pay link.",
    "held": "An address of theirs was changed lately, so the card is not charged yet; send them a pay link.",
    "in_doubt": "Another payment of theirs is under way; try again when it has ended.",
}


class CannotChargeError(ValueError):
    """Nothing was ordered; `reason` names the rule."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(REASONS[reason])


class AboveBalanceError(ValueError):
    """More than one of them owes."""

    def __init__(self, person_id: int, owed_cents: int) -> None:
        self.person_id, self.owed_cents = person_id, owed_cents
        super().__init__("more than this patient owes")


class NotTheirsError(ValueError):
    """Not somebody whom the owner of the card pays for."""

    def __init__(self, person_id: int) -> None:
        self.person_id = person_id
        super().__init__("not somebody they pay for")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to charge for whom. `payer`: the guarantor of a family; None: the patient, or who pays for them."""

    shares: Mapping[int, int]
    who: str
    card_id: int | None = None
    payer: int | None = None


def charge(conn: Connection, world: World, practice: Practice, wanted: Wanted, now: datetime) -> tuple[Attempt, Card]:
    """Order it; a round hands it to the processor, and the patients are told what came of it.

    Raises CannotChargeError, AboveBalanceError, NotTheirsError.
    """
    shares = dict(wanted.shares)
    owed = ledger.balances(conn, shares)
    for person, cents in shares.items():
        if cents > max(0, owed[person]):
            raise AboveBalanceError(person, max(0, owed[person]))
    payers = _payers(conn, wanted, now)
    card = _card(conn, practice, payers, wanted.card_id, now)
    mandate_id = cards.mandate_for(conn, card.id)
    if mandate_id is None:
        raise CannotChargeError("no_mandate")
    made = charging.order(
        conn,
        ChargeOrder(
            practice_id=practice.id,
            person_ids=tuple(shares),
            shares=shares,
            amount_cents=sum(shares.values()),
            owed_cents=sum(max(0, cents) for cents in owed.values()),
            card=card,
            mandate_id=mandate_id,
            conversation_id=told_in(conn, practice, [card.person_id], simulated=world.simulated),
            made_by=wanted.who,
        ),
        now,
    )
    if isinstance(made, Hindrance):
        raise CannotChargeError("in_doubt")
    return made, card


def _payers(conn: Connection, wanted: Wanted, now: datetime) -> list[int]:
    """Whose cards may be charged for these shares."""
    if wanted.payer is None:
        (person,) = wanted.shares
        return [person, *(g for p, g in answered_for(conn, [person], now) if p == person and g != person)]
    # Whoever pays for a grown-up asked the practice to: it names them both.
    theirs = {patient for patient, guarantor in people.paid_for(conn, [wanted.payer]) if guarantor == wanted.payer}
    for person in wanted.shares:
        if person not in theirs | {wanted.payer}:
            raise NotTheirsError(person)
    return [wanted.payer]


def _card(conn: Connection, practice: Practice, payers: list[int], card_id: int | None, now: datetime) -> Card:
    found = cards.of(conn, payers)
    every = [card for payer in payers for card in found.get(payer, ()) if card.practice_id == practice.id]
    named = [card for card in every if card_id in {None, card.id}]
    today = today_at(now, practice.file.time_zone)
    good = [card for card in named if card.may_be_charged(today, now)]
    if good and not cards.owner_died(conn, good[0]):
        return good[0]
    if good:
        raise CannotChargeError("died")
    if not named:
        raise CannotChargeError("no_card")
    raise CannotChargeError("expired" if named[0].expired(today) else "held")
