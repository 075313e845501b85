"""The agreement of a plan: what it says, to be read, signed and printed; the words lie in `templates/agreements/`."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Connection

from bot.rendering import templates_folder
from bot.rendering.phrases import FILTERS
from bot.store import cards, installments, people, plans
from bot.store.plans import Plan
from bot.store.practices import Practice
from conversations.steps.plan_terms import Terms, due_days

VERSION = "2026-11"
"""Of the words. Another wording, another version: what was signed stays as it was."""
FREE_OF_LENDING_LAW = 4
"""Installments a written agreement may have without being credit under 12 CFR 1026.2(a)(17)."""
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a patient signs. `option` is how it is paid: so many monthly payments."""

    plan_id: int
    person_id: int
    state: str
    waits: str
    language: str
    version: str
    balance_cents: int
    discount_cents: int
    total_cents: int
    monthly_cents: int
    last_cents: int
    count: int
    remaining_cents: int
    dates: tuple[tuple[date, int], ...]
    """The days and the sums."""
    card: str
    """`Visa 4242`, once a card is tied to it."""
    mandate: str
    """What is agreed about the card."""
    text: str
    """The whole of it, as it is signed or was signed."""
    signed_name: str
    signed_at: datetime | None

    @property
    def seen(self) -> str:
        """What the form sends back: these words and dates were on the page that was signed."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


def agreement(
    conn: Connection, practice: Practice, plan: Plan, now: datetime, language: str = "", card_id: int | None = None
) -> Agreement:
    """As it stands; what was signed is told in the words that were signed."""
    person = people.by_id(conn, [plan.person_id])[plan.person_id]
    spoken = language or person.language
    signed = plan.agreement is not None and (plan.state == plans.ACTIVE or plan.paused or plan.ended_at is not None)
    every = installments.of(conn, [plan.id]).get(plan.id, [])
    named = cards.named(conn, [card]) if (card := card_id or plan.card_id) else {}
    dates = tuple((one.due_on, one.amount_cents) for one in every if one.state != installments.DROPPED)
    if not dates:
        dates = tuple(zip(days_of(plan, today_of(conn, plan, now)), amounts_of(plan), strict=True))
    values = {
        "language": spoken,
        "practice": practice.file,
        "patient": f"{person.first_name} {person.last_name}",
        "plan": plan,
        "dates": [(day.isoformat(), cents) for day, cents in dates],
        "lending": plan.count > FREE_OF_LENDING_LAW,
        "version": VERSION,
    }
    mandate = _words(spoken, "mandate", values)
    left = installments.left(every)
    return Agreement(
        plan_id=plan.id,
        person_id=plan.person_id,
        state=plan.state,
        waits=plan.waits,
        language=spoken,
        version=(signed and plan.agreement_version) or VERSION,
        balance_cents=plan.balance_cents,
        discount_cents=plan.discount_cents,
        total_cents=plan.total_cents,
        monthly_cents=plan.monthly_cents,
        last_cents=dates[-1][1],
        count=plan.count,
        remaining_cents=sum(one.amount_cents for one in left) if every else plan.total_cents,
        dates=dates,
        card=" ".join(next(iter(named.values()), ())),
        mandate=mandate,
        text=plan.agreement if signed and plan.agreement else _words(spoken, "plan", values | {"mandate": mandate}),
        signed_name=plan.signed_name or "",
        signed_at=plan.signed_at,
    )


def amounts_of(plan: Plan) -> tuple[int, ...]:
    """Each installment of the terms."""
    return Terms(plan.total_cents, plan.monthly_cents, plan.count).amounts


def days_of(plan: Plan, today: date) -> tuple[date, ...]:
    """When they fall due; signed late, it begins on the plan's day of a later month."""
    days = [day for day in due_days(plan.first_on, LONGEST) if day >= today]
    return tuple(days[: plan.count])


def today_of(conn: Connection, plan: Plan, now: datetime) -> date:
    """The date where the patient is."""
    return now.astimezone(ZoneInfo(plans.zone_of(conn, plan.person_id))).date()


def _words(language: str, name: str, values: "dict[str, object]") -> str:
    return _environment().get_template(f"agreements/{language}/{name}.txt").render(values).strip() + "\n"


@cache
def _environment() -> Environment:
    made = Environment(  # noqa: S701 - plain text; pages escape it
        loader=FileSystemLoader(templates_folder()),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    return made
