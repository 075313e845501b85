"""What patients can pay with and what they have paid lately, as a turn may know it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.store import cards, lately
from bot.store.cards import Agreed
from bot.store.dealings import CARD, PAID
from bot.store.lately import Lately
from conversations.facts import RecentPayment, SavedCard


@dataclass(frozen=True, slots=True)
class Wallets:
    """By person, the newest first."""

    cards: Mapping[int, Sequence[Agreed]] = field(default_factory=dict)
    paid: Mapping[int, Sequence[Lately]] = field(default_factory=dict)

    def saved_cards(self, person_id: int, today: date, now: datetime) -> tuple[SavedCard, ...]:
        """The cards that this person let the practice keep."""
        return tuple(
            SavedCard(one.card.id, one.card.brand, one.card.last4, one.by_text, not one.card.may_be_charged(today, now))
            for one in self.cards.get(person_id, ())
        )

    def recent_payments(self, person_id: int, zone: str) -> tuple[RecentPayment, ...]:
        """What they have paid lately; days are the practice's."""
        return tuple(
            RecentPayment(one.id, one.state, one.cents, one.paid_on or _day(one.at, zone), one.last4)
            for one in self.paid.get(person_id, ())
        )


EMPTY = Wallets()


def gather(conn: Connection, theirs: Mapping[str, Collection[int]], now: datetime) -> Wallets:
    """Asked for only where anybody has a card or has paid."""
    if CARD not in theirs and PAID not in theirs:
        return EMPTY
    saved = cards.agreed(conn, theirs[CARD]) if CARD in theirs else {}
    return Wallets(saved, lately.paid(conn, theirs[PAID], now) if PAID in theirs else {})


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
