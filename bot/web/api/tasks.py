"""What is to be done by staff, and that it is done."""

from sqlalchemy import Connection, select

from bot.desk.finishing import finish
from bot.desk.task_payments import About, payments_of
from bot.facts import threads
from bot.store.tables import people
from bot.web.api import cursors
from bot.web.api.cursors import Listed, Piece
from bot.web.api.operations import Call, Done, operation
from bot.web.api.plan_shapes import Task, TaskPayment
from bot.web.api.problems import not_found
from bot.web.api.shapes import Nothing

NONE = {404: "The practice has no such task."}
OF = "tasks"
LARGEST_ID = 2**63 - 1


@operation("GET", "/tasks", {200: "A piece of the list."}, Listed[Task], query=Piece)
def get_tasks(conn: Connection, call: Call) -> Done:
    """List what is still to be done, urgent things first, then the oldest."""
    asked: Piece = call.query
    mark = cursors.unpack(OF, asked.cursor, 2)
    after = (bool(mark[1][0]), mark[0], mark[1][1]) if mark else None
    found = threads.open_tasks(conn, call.practice.id, after=after, limit=asked.limit + 1)
    shown, following = found[: asked.limit], None
    if len(found) > asked.limit:
        following = cursors.pack(OF, shown[-1].opened_at, int(shown[-1].urgent), shown[-1].id)
    answer = Listed[Task](items=_tasks(conn, shown), next=following)
    return Done(answer, seen={"task_ids": [one.id for one in shown]})


@operation("POST", "/tasks/{id}/done", {201: "It is done."}, Task, body=Nothing, refusals=NONE)
def finish_task(conn: Connection, call: Call) -> Done:
    """Say that a task is done; of a billing review, that the patient was answered. Done twice it stays as it was."""
    key = call.path["id"]
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 20 else 0
    finish(conn, call.practice.id, min(number, LARGEST_ID), call.who, call.now)
    found = threads.task(conn, call.practice.id, min(number, LARGEST_ID))
    if found is None:
        raise not_found("task")
    return Done(_tasks(conn, [found])[0], 201, {"task_id": found.id})


def _tasks(conn: Connection, found: list[threads.Task]) -> list[Task]:
    names, paid = _names(conn, found), payments_of(conn, {one.payment_id for one in found})
    return [_task(one, names, paid.get(one.payment_id or 0)) for one in found]


def _names(conn: Connection, tasks: list[threads.Task]) -> dict[int, str]:
    ids = {person for task in tasks for person in task.person_ids}
    rows = conn.execute(select(people.c.id, people.c.patient_id).where(people.c.id.in_(ids))) if ids else ()
    return {row.id: row.patient_id for row in rows}


def _task(one: threads.Task, names: dict[int, str], about: About | None) -> Task:
    return Task(
        id=str(one.id),
        kind=one.kind,
        conversation_id=str(one.conversation_id) if one.conversation_id else None,
        patient_ids=[names[person] for person in one.person_ids if person in names],
        urgent=one.urgent,
        opened_at=one.opened_at,
        due_at=one.due_at,
        done_at=one.done_at,
        done_by=one.done_by,
        payment=_payment(about) if about else None,
    )


def _payment(about: About) -> TaskPayment:
    return TaskPayment(
        payment_id=about.payment_id,
        reference=about.reference or None,
        amount_cents=about.amount_cents,
        left_cents=about.left_cents,
    )
