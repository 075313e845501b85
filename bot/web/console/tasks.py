"""What is to be done, what is overdue, and that it is done."""

from aiohttp import web
from sqlalchemy import Connection

from bot.desk import finishing
from bot.desk.listing import names_of
from bot.facts import threads
from bot.facts.threads import Task
from bot.store import audit
from bot.store import tasks as store
from bot.web.console.present import Present, draw, for_staff, number, saw
from bot.web.keys import READER, WRITER

routes = web.RouteTableDef()
PIECE = 200


@routes.get("/console/tasks")
@for_staff
async def tasks(request: web.Request, who: Present) -> web.StreamResponse:
    """Urgent ones and those that are due first."""

    def look(conn: Connection) -> tuple[list[Task], dict[int, str]]:
        found = threads.open_tasks(conn, who.practice.id, limit=PIECE + 1)
        return found, names_of(conn, [person for task in found for person in task.person_ids])

    found, names = await request.app[READER].run(look)
    shown = sorted(found[:PIECE], key=lambda task: (not task.urgent, task.due_at or task.opened_at, task.id))
    await saw(request, who, "tasks_listed", task_ids=[task.id for task in shown])
    said = "task_done" if request.query.get("said") == "task_done" else ""
    return draw(request, "tasks", who, tasks=shown, names=names, more=len(found) > PIECE, notice=said)


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
