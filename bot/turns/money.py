"""What the effects about money come to, once their turn is decided: rows that are worked off beside the road."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.store.practices import Practice
from conversations import effects as e
from conversations.facts import Facts

MoneyEffect = e.ChargeSavedCard | e.ProposePlan | e.ChangePlan | e.KeepPromise | e.OpenReview


@dataclass(frozen=True, slots=True)
class MoneyWork:
    """One such effect, and the turn it comes from."""

    effect: MoneyEffect
    practice: Practice
    conversation_id: int
    inbox_id: int
    facts: Facts
    now: datetime


def carry_out(conn: Connection, work: Sequence[MoneyWork]) -> None:
    """Write the rows, in the transaction of the turn."""
    for one in work:
        _do(conn, one)


def _do(conn: Connection, work: MoneyWork) -> None:
    raise LookupError(f"nobody carries out {type(work.effect).__name__} yet: {conn.dialect.name}")
