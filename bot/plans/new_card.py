"""A patient lets a plan charge another card: agreed to word for word, and what had failed is announced again."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.plans.agreements import VERSION, agreement, today_of
from bot.store import cards, installments, plans
from bot.store.cards import NewMandate
from bot.store.installments import FAILED, NOTICE, WAITING, charge_at
from bot.store.plans import ACTIVE, MOST_TRIES, Plan
from bot.turns.arrivals import Arrival, World
from conversations.events import Event


@dataclass(frozen=True, slots=True)
class NewCard:
    """A saved card of theirs, and the box that was ticked."""

    plan_id: int
    card_id: int
    network: str
    language: str


def use(wanted: NewCard, world: World, now: datetime) -> Arrival:
    """The arrival that changes the card. It changes nothing where the plan does not run, or the card is not theirs."""

    def prepare(conn: Connection) -> tuple[int | None, Event | None]:
        plan = plans.find(conn, wanted.plan_id, lock=True)
        practice = world.practices.by_id(conn, plan.practice_id) if plan else None
        card = cards.find(conn, wanted.card_id)
        if plan is None or practice is None or card is None or card.practice_id != plan.practice_id:
            return None, None
        if not (plan.state == ACTIVE or plan.paused):
            return None, None
        mandate = agreement(conn, practice, plan, now, wanted.language).mandate
        network = wanted.network[:60]
        new = NewMandate(
            practice_id=plan.practice_id,
            person_id=card.person_id,
            card_id=card.id,
            payment_id=None,
            plan_id=plan.id,
            by_text=False,
            version=VERSION,
            wording=mandate,
            language=wanted.language,
            at=now,
            network=network,
        )
        cards.agree(conn, new)
        plans.change(conn, plan, {"card_id": card.id})
        plans.note(conn, plan.id, "card_changed", "patient", now)
        _try_again(conn, plan, now)
        return plan.conversation_id, None

    return Arrival(
        provider="page",
        provider_id=f"plan_card:{wanted.plan_id}:{secrets.token_hex(8)}",
        event=None,
        received_at=now,
        details={"plan_id": wanted.plan_id},
        prepare=prepare,
    )


def _try_again(conn: Connection, plan: Plan, now: datetime) -> None:
    """What no card paid is announced like any other, and charged to this one."""
    at = charge_at(today_of(conn, plan, now) + NOTICE, plans.zone_of(conn, plan.person_id))
    for one in installments.of(conn, [plan.id]).get(plan.id, ()):
        if one.state == FAILED and one.tries < MOST_TRIES:
            again = {"state": WAITING, "try_at": at, "announced_at": None, "announced_in": None}
            installments.change(conn, one, again)
