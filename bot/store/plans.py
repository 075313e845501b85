"""Payment plans: proposed, approved, signed, charged, over; each step once, guarded by the state, with its story."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, insert, or_, select, update

from bot.store import installments, tasks
from bot.store.installments import CHARGING, DROPPED, FAILED, PAID, WAITING, charge_at
from bot.store.money_tables import installments as installments_table
from bot.store.money_tables import mandates, plan_events, plans
from bot.store.tables import people, practices

PENDING, ACTIVE, DORMANT, CLOSED, DEFAULTED = "pending", "active", "dormant", "closed", "defaulted"
APPROVAL, SIGNATURE = "approval", "signature"
BY_PATIENT = "patient"
"""Who made a plan that a patient asked for."""
APPROVAL_TASK = "plan_approval"
OPEN = (PENDING, ACTIVE, DORMANT)
RETRY_AFTER = (timedelta(days=3), timedelta(days=7), timedelta(days=14))
"""After the first, second and third refusal: four tries in 24 days, within the networks' thirty."""
MOST_TRIES = len(RETRY_AFTER) + 1


@dataclass(frozen=True, slots=True)
class Plan:
    """One row."""

    id: int
    practice_id: int
    person_id: int
    conversation_id: int | None
    state: str
    waits: str
    waits_since: datetime | None
    balance_cents: int
    discount_cents: int
    total_cents: int
    monthly_cents: int
    count: int
    first_on: date
    card_id: int | None
    paused_at: datetime | None
    agreement: str | None
    agreement_version: str | None
    signed_name: str | None
    signed_at: datetime | None
    signed_network: str | None
    made_by: str
    made_at: datetime
    ended_at: datetime | None
    ended_why: str | None

    @property
    def paused(self) -> bool:
        """Signed, and stopped for a while."""
        return self.paused_at is not None

    @property
    def draft(self) -> bool:
        """Written by staff who have not sent it: the patient has not heard of it."""
        return self.state == PENDING and self.waits == APPROVAL and self.made_by != BY_PATIENT


@dataclass(frozen=True, slots=True)
class NewPlan:
    """Terms that were asked for."""

    practice_id: int
    person_id: int
    conversation_id: int | None
    balance_cents: int
    discount_cents: int
    total_cents: int
    monthly_cents: int
    count: int
    first_on: date
    waits: str
    made_by: str
    made_at: datetime


class Left(NamedTuple):
    """What a plan still has to take, and when next."""

    left_cents: int
    next_on: date | None
    next_cents: int = 0


_P, _I = plans.c, installments_table.c
_COLUMNS = tuple(_P[name] for name in Plan.__slots__)


def find(conn: Connection, plan_id: int, *, practice_id: int | None = None, lock: bool = False) -> Plan | None:
    """That plan; of that practice, where one is named."""
    asked = select(*_COLUMNS).where(_P.id == plan_id)
    if practice_id is not None:
        asked = asked.where(_P.practice_id == practice_id)
    row = conn.execute(asked.with_for_update() if lock else asked).one_or_none()
    return Plan(*row) if row else None


def open_of(conn: Connection, person_ids: Collection[int]) -> dict[int, list[Plan]]:
    """The plans of each of these people that are not over: what is agreed first, the newest first."""
    asked = select(*_COLUMNS).where(_P.person_id.in_(person_ids), _P.state.in_(OPEN)).order_by(_P.id.desc())
    found: dict[int, list[Plan]] = {}
    for plan in sorted((Plan(*row) for row in conn.execute(asked)), key=_rank):
        found.setdefault(plan.person_id, []).append(plan)
    return found


def waiting_for_staff(conn: Connection, practice_id: int) -> dict[int, Plan]:
    """The terms that patients of this practice ask for, by person."""
    wanted = (_P.practice_id == practice_id, _P.state == PENDING, _P.waits == APPROVAL)
    asked = select(*_COLUMNS).where(*wanted).order_by(_P.id)
    return {plan.person_id: plan for plan in (Plan(*row) for row in conn.execute(asked))}


def propose(conn: Connection, new: NewPlan) -> int:
    """Write the terms down, instead of any that were never signed; the plan's id."""
    conn.execute(select(people.c.id).where(people.c.id == new.person_id).with_for_update())
    never_signed = or_(_P.state == PENDING, and_(_P.state == DORMANT, _P.paused_at.is_(None)))
    before = select(_P.id).where(_P.person_id == new.person_id, never_signed)
    for plan_id in conn.scalars(before).all():
        end(conn, plan_id, CLOSED, "replaced", new.made_by, new.made_at)
    values = {name: getattr(new, name) for name in NewPlan.__slots__} | {"state": PENDING, "waits_since": new.made_at}
    made: int = conn.execute(insert(plans).values(values).returning(_P.id)).scalar_one()
    note(conn, made, "proposed", new.made_by, new.made_at, total_cents=new.total_cents, count=new.count)
    return made


def change(conn: Connection, plan: Plan, values: Mapping[str, Any], *, unsigned: bool = False) -> bool:
    """Only while it stands as it was read. False: somebody else was faster."""
    same = [_P.id == plan.id, _P.state == plan.state, _P.waits == plan.waits]
    if unsigned:
        same.append(_P.signed_at.is_(None))
    return conn.execute(update(plans).where(*same).values(values)).rowcount == 1


def end(conn: Connection, plan_id: int, state: str, why: str, who: str, now: datetime) -> bool:
    """It is over: nothing more is charged, and what was agreed about a card for it ends. False: it was over."""
    mine = (_P.id == plan_id, _P.state.in_(OPEN))
    values = {"state": state, "waits": "", "ended_at": now, "ended_why": why}
    if conn.execute(update(plans).where(*mine).values(values)).rowcount != 1:
        return False
    installments.drop(conn, plan_id)
    standing = (mandates.c.plan_id == plan_id, mandates.c.ended_at.is_(None))
    conn.execute(update(mandates).where(*standing).values(ended_at=now))
    note(conn, plan_id, why, who, now)
    return True


def note(conn: Connection, plan_id: int, what: str, who: str, at: datetime, **details: Any) -> None:
    """Its story goes on."""
    row = {"plan_id": plan_id, "at": at, "what": what, "who": who, "details": details}
    conn.execute(insert(plan_events).values(row))


def zone_of(conn: Connection, person_id: int) -> str:
    """Where this patient is, for the days of a plan."""
    asked = select(people.c.time_zone, people.c.zip_zone, practices.c.file)
    asked = asked.join_from(people, practices, people.c.practice_id == practices.c.id)
    own, by_zip, file = conn.execute(asked.where(people.c.id == person_id)).one()
    return str(own or by_zip or file["time_zone"])


def left(conn: Connection, plan_id: int) -> Left:
    """What it still has to take."""
    still = installments.left(installments.of(conn, [plan_id]).get(plan_id, ()))
    if not still:
        return Left(0, None)
    return Left(sum(one.amount_cents for one in still), still[0].due_on, still[0].amount_cents)


# What became of an installment


def paid(conn: Connection, installment_id: int, at: datetime) -> Left:
    """The bank paid it; what the plan has left then. The last one closes the plan."""
    mine = (_I.id == installment_id, _I.state != PAID)
    values = {"state": PAID, "paid_at": at, "try_at": None}
    done = conn.execute(update(installments_table).where(*mine).values(values)).rowcount == 1
    one = _known(conn, installment_id)
    rest = left(conn, one.plan_id)
    if done:
        note(conn, one.plan_id, "installment_paid", "system", at, number=one.number, amount_cents=one.amount_cents)
        if rest.left_cents == 0:
            end(conn, one.plan_id, CLOSED, "paid_off", "system", at)
    return rest


def declined(conn: Connection, installment_id: int, decline: str | None, at: datetime) -> date | None:
    """The bank refused it; the day of the next try, if there is one. `decline` as a processor says it (Decline)."""
    one = installments.find(conn, installment_id, lock=True)
    if one is None or one.state != CHARGING:
        return None
    plan = find(conn, one.plan_id, lock=True)
    tries, retry_on, try_at = one.tries + 1, None, None
    over = plan is None or plan.state not in OPEN
    if plan and not over and decline not in {"never", "patient"} and tries < MOST_TRIES:
        zone = zone_of(conn, plan.person_id)
        retry_on = (at.astimezone(ZoneInfo(zone)) + RETRY_AFTER[tries - 1]).date()
        try_at = charge_at(retry_on, zone)
    state = DROPPED if over else WAITING if retry_on else FAILED
    installments.change(conn, one, {"state": state, "tries": tries, "try_at": try_at})
    note(conn, one.plan_id, "installment_declined", "system", at, number=one.number, tries=tries)
    if plan and state == FAILED and tries < MOST_TRIES:
        _cannot_go_on(conn, plan, decline, at)
    return retry_on


def not_charged(conn: Connection, installment_id: int, at: datetime) -> None:
    """The attempt came to nothing without anybody's refusal: it is tried again in an hour."""
    one = installments.find(conn, installment_id, lock=True)
    if one is None or one.state != CHARGING:
        return
    plan = find(conn, one.plan_id)
    going_on = plan is not None and plan.state in OPEN
    again = {"state": WAITING, "try_at": at + timedelta(hours=1)}
    installments.change(conn, one, again if going_on else {"state": DROPPED})


def _cannot_go_on(conn: Connection, plan: Plan, decline: str | None, at: datetime) -> None:
    """Either the card is no good any more, or its bank wants the patient: staff know, and no card is worn out."""
    if decline == "never":
        conn.execute(update(plans).where(_P.id == plan.id).values(card_id=None))
    tasks.open_task(
        conn,
        kind="plan_card" if decline == "never" else "plan_payment",
        opened_at=at,
        practice_id=plan.practice_id,
        conversation_id=plan.conversation_id,
        person_ids=(plan.person_id,),
    )


def _known(conn: Connection, installment_id: int) -> installments.Installment:
    found = installments.find(conn, installment_id)
    if found is None:
        raise LookupError("no such installment")
    return found


def _rank(plan: Plan) -> int:
    return (ACTIVE, PENDING, DORMANT).index(ACTIVE if plan.paused else plan.state)
