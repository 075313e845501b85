"""A patient stops their plan on our page: nothing is charged any more, and staff see what is to be talked about."""

import secrets
from datetime import datetime

from sqlalchemy import Connection

from bot.plans.reaching import told_in
from bot.store import plan_changes, plans, tasks
from bot.store.tasks import NewTask
from bot.turns.arrivals import Arrival, World
from conversations.events import Event, PlanChanged

TASK = "plan_stopped"


def stop(plan_id: int, world: World, now: datetime) -> Arrival:
    """The arrival that stops it and says so in the thread; pressed again it changes nothing."""

    def prepare(conn: Connection) -> tuple[int | None, Event | None]:
        plan = plans.find(conn, plan_id, lock=True)
        practice = world.practices.by_id(conn, plan.practice_id) if plan else None
        if plan is None or practice is None or not plan_changes.pause(conn, plan, "patient", now):
            return None, None
        tasks.open_tasks(conn, (NewTask(TASK, now, plan.practice_id, plan.conversation_id, None, (plan.person_id,)),))
        coming = plans.left(conn, plan.id)
        changed = PlanChanged(plan.person_id, "paused", coming.next_on, coming.next_cents)
        return told_in(conn, practice, plan, world, now), changed

    marks = f"stop:{plan_id}:{secrets.token_hex(8)}"
    return Arrival("page", marks, None, now, details={"plan_id": plan_id}, prepare=prepare)
