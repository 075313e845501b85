"""How the sandbox checkout behaves, to be chosen in the browser; for development."""

from aiohttp import web

from bot.payments.sandbox import Sandbox
from bot.payments.sandbox_habits import HABITS
from bot.web.forms import one, read_form
from bot.web.keys import PAGES, PROCESSOR

routes = web.RouteTableDef()


@routes.get("/simulator/checkout")
async def habits(request: web.Request) -> web.Response:
    """Which habit it has."""
    sandbox = _sandbox(request)
    return request.app[PAGES].draw_tool("checkout", habits=list(HABITS), chosen=sandbox.outgoing.habit)


@routes.post("/simulator/checkout")
async def choose(request: web.Request) -> web.StreamResponse:
    """Another one, until the server ends."""
    sandbox, habit = _sandbox(request), one(await read_form(request), "habit")
    if habit not in HABITS:
        raise web.HTTPBadRequest(text=f"habit is one of {', '.join(HABITS)}.")
    sandbox.outgoing.habit = habit
    raise web.HTTPSeeOther("/simulator/checkout")


def _sandbox(request: web.Request) -> Sandbox:
    processor = request.app[PROCESSOR]
    if not isinstance(processor, Sandbox):
        raise web.HTTPNotFound
    return processor
