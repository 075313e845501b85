"""Is the process alive, and can it do its work?"""

from datetime import timedelta

from aiohttp import web
from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from bot.store.schema import is_current_on
from bot.store.tables import outbox
from bot.web.keys import CLOCK, READER

STUCK = timedelta(minutes=5)
"""A reply that has been due for so long says that nothing leaves."""

routes = web.RouteTableDef()


@routes.get("/healthz")
async def healthz(_: web.Request) -> web.Response:
    """The process is alive."""
    return web.Response(text="ok\n")


@routes.get("/readyz")
async def readyz(request: web.Request) -> web.Response:
    """The database answers, its schema is current, and the outbox moves."""
    now = request.app[CLOCK]()

    def look(conn: Connection) -> str:
        if not is_current_on(conn):
            return "the schema is not current: run paybot migrate"
        due = select(outbox.c.id).where(outbox.c.state == "queued", outbox.c.rank == 0, outbox.c.due_at < now - STUCK)
        return "the outbox does not move" if conn.execute(due.limit(1)).first() else ""

    try:
        trouble = await request.app[READER].run(look)
    except SQLAlchemyError:
        trouble = "the database does not answer"
    return web.Response(text=f"{trouble or 'ready'}\n", status=503 if trouble else 200)
