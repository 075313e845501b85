"""What is to be done, what is overdue, and that it is done."""

from aiohttp import web
from sqlalchemy import Connection

from bot.desk import finishing
from bot.desk.listing import names_of
from bot.desk.task_payments import TAKEN_TWICE, About, give_back, payments_of
from bot.facts import threads
from bot.facts.threads import Task
from bot.plans import deciding
from bot.plans.deciding import CannotDecideError, Desk
from bot.store import audit, plans
from bot.store import tasks as store
from bot.store.plans import Plan
from bot.web.console.present import Present, draw, for_staff, number, saw
from bot.web.keys import READER, ROAD, WORLD, WRITER

routes = web.RouteTableDef()
PIECE = 200
SAID = frozenset({"task_done", "plan_approved", "plan_refused", "plan_decided", "given_back", "not_given_back"})


@routes.get("/console/tasks")
@for_staff
async def tasks(request: web.Request, who: Present) -> web.StreamResponse:
    """Urgent ones and those that are due first."""

    def look(conn: Connection) -> tuple[list[Task], dict[int, str], dict[int, Plan], dict[int, About]]:
        found = threads.open_tasks(conn, who.practice.id, limit=PIECE + 1)
        names = names_of(conn, [person for task in found for person in task.person_ids])
        paid = payments_of(conn, {task.payment_id for task in found})
        return found, names, plans.waiting_for_staff(conn, who.practice.id), paid

    found, names, asked_for, paid = await request.app[READER].run(look)
    shown = sorted(found[:PIECE], key=lambda task: (not task.urgent, task.due_at or task.opened_at, task.id))
    await saw(request, who, "tasks_listed", task_ids=[task.id for task in shown])
    terms = {
        task.id: asked_for[task.person_ids[0]]
        for task in shown
        if task.kind == plans.APPROVAL_TASK and task.person_ids and task.person_ids[0] in asked_for
    }
    said = request.query.get("said", "")
    notice = said if said in SAID else ""
    more = len(found) > PIECE
    about = {"names": names, "terms": terms, "payments": paid}
    return draw(request, "tasks", who, notice=notice, tasks=shown, more=more, twice=TAKEN_TWICE, about=about)


@routes.post(r"/console/tasks/{id:\d{1,19}}/done")
@for_staff
async def done(request: web.Request, who: Present) -> web.StreamResponse:
    """Done, by whoever is signed in. A task that is done already stays as it is."""
    task_id, member = number(request), who.member

    def finish(conn: Connection) -> bool:
        known = store.is_there(conn, who.practice.id, task_id)
        if finishing.finish(conn, who.practice.id, task_id, member.who, who.now):
            audit.note(conn, at=who.now, who=member.who, what="task_done", practice_id=who.practice.id, task_id=task_id)
        return known

    if not await request.app[WRITER].run(finish):
        raise web.HTTPNotFound
    raise web.HTTPSeeOther("/console/tasks?said=task_done")


@routes.post(r"/console/tasks/{id:\d{1,19}}/refund")
@for_staff
async def refund(request: web.Request, who: Present) -> web.StreamResponse:
    """A payment that came twice is given back, and the task is done."""
    task_id, member, practice_id = number(request), who.member, who.practice.id

    def write(conn: Connection) -> tuple[bool, About | None]:
        known = store.is_there(conn, practice_id, task_id)
        about = give_back(conn, practice_id, task_id, member.who, who.now)
        if about:
            told = {"task_id": task_id, "payment_id": about.payment_id, "cents": about.left_cents}
            audit.note(conn, at=who.now, who=member.who, what="payment_given_back", practice_id=practice_id, **told)
        return known, about

    known, about = await request.app[WRITER].run(write)
    if not known:
        raise web.HTTPNotFound
    raise web.HTTPSeeOther(f"/console/tasks?said={'given_back' if about else 'not_given_back'}")


@routes.post(r"/console/plans/{id:\d{1,19}}/{decision:approve|refuse}")
@for_staff
async def decide(request: web.Request, who: Present) -> web.StreamResponse:
    """The terms that a patient asked for are agreed to, or not; the patient is told at once."""
    plan_id, decision, world = number(request), request.match_info["decision"], request.app[WORLD]
    desk = Desk(world, who.practice, who.member.who, who.now)

    def write(conn: Connection) -> bool:
        woke = (deciding.approve if decision == "approve" else deciding.refuse)(conn, desk, plan_id)
        what = f"plan_{decision}"
        audit.note(conn, at=who.now, who=desk.who, what=what, practice_id=who.practice.id, plan_id=plan_id)
        return woke

    try:
        woke = await request.app[WRITER].run(write)
    except LookupError:
        raise web.HTTPNotFound from None
    except CannotDecideError:
        raise web.HTTPSeeOther("/console/tasks?said=plan_decided") from None
    if woke:
        for tell in request.app[ROAD].on_outbox:
            tell()
    raise web.HTTPSeeOther(f"/console/tasks?said=plan_{'approved' if decision == 'approve' else 'refused'}")
