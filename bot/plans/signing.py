"""The patient signs the agreement on our page: name, words and network are kept, and a card is tied to it."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.plans.activating import activate
from bot.plans.agreements import VERSION, agreement
from bot.plans.new_card import may_pay_for
from bot.plans.reaching import told_in
from bot.store import cards, plans
from bot.store.cards import NewMandate
from bot.store.plans import Plan
from bot.turns.arrivals import Arrival, World
from conversations.events import Event

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Signature:
    """What the form brought. Either a saved card, or the checkout in which one is saved (perhaps with a payment)."""

    plan_id: int
    name: str
    network: str
    language: str
    seen: str
    """`Agreement.seen` of the page that was signed."""
    card_id: int | None = None
    payment_id: int | None = None


def signable(plan: Plan) -> bool:
    """Does it wait for a signature? One that fell asleep unsigned may still be signed."""
    return plan.waits == plans.SIGNATURE and plan.state in {plans.PENDING, plans.DORMANT}


def sign(signed: Signature, world: World, now: datetime) -> Arrival:
    """The arrival that signs. With a saved card the plan begins at once; else when the checkout has saved one.

    It changes nothing where the plan is not `signable`, other words were on the page, or the card is not there.
    """

    def prepare(conn: Connection) -> tuple[int | None, Event | None]:
        return _sign(conn, signed, world, now)

    return Arrival(
        provider="page",
        provider_id=f"sign:{signed.plan_id}:{secrets.token_hex(8)}",
        event=None,
        received_at=now,
        details={"plan_id": signed.plan_id},
        prepare=prepare,
    )


def _sign(conn: Connection, signed: Signature, world: World, now: datetime) -> tuple[int | None, Event | None]:
    plan = plans.find(conn, signed.plan_id, lock=True)
    practice = world.practices.by_id(conn, plan.practice_id) if plan else None
    name = " ".join(signed.name.split())[:LONGEST_NAME]
    if plan is None or practice is None or not name or not signable(plan):
        return None, None
    shown = agreement(conn, practice, plan, now, signed.language)
    if shown.seen != signed.seen or not _has_card(conn, plan, signed, now):
        return None, None
    values = {
        "agreement": shown.text,
        "agreement_version": shown.version,
        "signed_name": name,
        "signed_at": now,
        "signed_network": signed.network[:60],
    }
    plans.change(conn, plan, values)
    cards.agree(
        conn,
        NewMandate(
            plan.practice_id,
            plan.person_id,
            signed.card_id,
            signed.payment_id if signed.card_id is None else None,
            plan.id,
            by_text=False,
            version=VERSION,
            wording=shown.mandate,
            language=shown.language,
            at=now,
            network=signed.network[:60],
        ),
    )
    plans.note(conn, plan.id, "signed", "patient", now, version=shown.version)
    if signed.card_id is None:
        return plan.conversation_id, None
    begun = activate(conn, plan, signed.card_id, "patient", now)
    return told_in(conn, practice, plan, world, now), begun


def _has_card(conn: Connection, plan: Plan, signed: Signature, now: datetime) -> bool:
    if signed.card_id is None:
        return signed.payment_id is not None
    card = cards.find(conn, signed.card_id)
    if card is None or card.practice_id != plan.practice_id:
        return False
    return may_pay_for(conn, plan, card.person_id, now)
