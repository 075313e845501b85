"""One patient: how to reach them, what they owe, what happened."""

from aiohttp import web

from bot.desk.patient import patient
from bot.web.console.present import Present, draw, for_staff, number, saw
from bot.web.keys import READER

routes = web.RouteTableDef()


@routes.get(r"/console/patients/{id:\d{1,19}}")
@for_staff
async def page(request: web.Request, who: Present) -> web.StreamResponse:
    """The whole page."""
    wanted = number(request)
    found = await request.app[READER].run(lambda conn: patient(conn, who.practice.id, wanted))
    if found is None:
        raise web.HTTPNotFound
    await saw(request, who, "patient_seen", person_id=found.id)
    return draw(request, "patient", who, patient=found)
