"""An installment whose moment has come is ordered from the card, once; or it waits, and somebody hears why."""

from datetime import datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from bot.paying.saved_cards.charging import ChargeOrder, order
from bot.plans.agreements import today_of
from bot.plans.reaching import told_in
from bot.store import cards, installments, ledger, plan_changes, plans, tasks
from bot.store.cards import Card
from bot.store.installments import Installment, charge_at
from bot.store.payments import INSTALLMENT, Attempt
from bot.store.plans import Plan
from bot.store.tables import outbox
from bot.turns.arrivals import World

UNTIL = time(21)
"""Nobody is charged at night, even where the server was down all day."""
SOON = timedelta(hours=1)
GOT_THROUGH = ("sending", "uncertain", "sent", "delivered")
UNDER_WAY = ("queued", "held")


class Came(Enum):
    """What came of it."""

    ORDERED = "ordered"
    LATER = "later"
    UNHEARD = "unheard"  # what announced it got nowhere: it is to be announced in another way
    NO_CARD = "no_card"


def order_installment(conn: Connection, one: Installment, world: World, now: datetime) -> Came:
    """In one transaction: nobody else orders it, and what is owed is read at that moment."""
    plan = plans.find(conn, one.plan_id, lock=True)
    still = installments.find(conn, one.id, lock=True)
    if plan is None or plan.state != plans.ACTIVE or still != one:
        return Came.LATER
    if (later := _night(conn, plan, now)) is not None:
        installments.put_off(conn, one, later)
        return Came.LATER
    owed = ledger.balances(conn, [plan.person_id])[plan.person_id]
    if _left(conn, plan) > max(0, owed):  # they paid meanwhile, and the plan is about to hear of it
        plan_changes.shrink(conn, plan, owed, now)
        return Came.LATER
    heard = _heard(conn, one)
    if heard is None:
        installments.put_off(conn, one, now + SOON)
    if not heard:
        return Came.LATER if heard is None else Came.UNHEARD
    card = cards.find(conn, plan.card_id) if plan.card_id else None
    mandate_id = cards.mandate_for(conn, card.id, plan_id=plan.id) if card else None
    if card is None or mandate_id is None or card.expired(today_of(conn, plan, now)):
        return Came.NO_CARD
    if card.held_until is not None and card.held_until > now:
        _wait_for_card(conn, plan, one, card, now)
        return Came.LATER
    return _order(conn, plan, one, card, mandate_id, owed, world, now)


def _order(
    conn: Connection, plan: Plan, one: Installment, card: Card, mandate_id: int, owed: int, world: World, now: datetime
) -> Came:
    practice = world.practices.by_id(conn, plan.practice_id)
    if practice is None or not installments.take(conn, one):
        return Came.LATER
    made = order(
        conn,
        ChargeOrder(
            practice_id=plan.practice_id,
            person_ids=(plan.person_id,),
            shares={plan.person_id: one.amount_cents},
            amount_cents=one.amount_cents,
            owed_cents=owed,
            card=card,
            mandate_id=mandate_id,
            conversation_id=told_in(conn, practice, plan, world, now),
            kind=INSTALLMENT,
            installment_id=one.id,
            made_by="plan",
        ),
        now,
    )
    if isinstance(made, Attempt):
        plans.note(conn, plan.id, "ordered", "system", now, number=one.number, amount_cents=one.amount_cents)
        return Came.ORDERED
    installments.give_back(conn, one, now + SOON)
    return Came.LATER


def _night(conn: Connection, plan: Plan, now: datetime) -> datetime | None:
    """The next morning, if it is not day where the patient is."""
    zone = plans.zone_of(conn, plan.person_id)
    local = now.astimezone(ZoneInfo(zone))
    if installments.CHARGED_FROM <= local.time() < UNTIL:
        return None
    tomorrow = local.date() + timedelta(days=local.time() >= UNTIL)
    return charge_at(tomorrow, zone)


def _left(conn: Connection, plan: Plan) -> int:
    return plans.left(conn, plan.id).left_cents


def _heard(conn: Connection, one: Installment) -> bool | None:
    """Has the patient been told of it? None: the message is still under way."""
    if one.announced_in is None:
        return True
    o = outbox.c
    told = conn.scalars(select(o.state).where(o.conversation_id == one.announced_in, o.created_at == one.announced_at))
    states = set(told.all())
    if states & set(GOT_THROUGH):
        return True
    return None if states & set(UNDER_WAY) else False


def _wait_for_card(conn: Connection, plan: Plan, one: Installment, card: Card, now: datetime) -> None:
    """An address was changed lately (NIST SP 800-63B-4, 4.6): the card rests for a day, and staff know."""
    if installments.put_off(conn, one, max(card.held_until or now, now + SOON)):
        tasks.open_task(
            conn,
            kind="plan_card_held",
            opened_at=now,
            practice_id=plan.practice_id,
            conversation_id=plan.conversation_id,
            person_ids=(plan.person_id,),
        )
