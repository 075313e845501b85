"""The way in and out: email and password, the set-up link that lets somebody choose one, signing out."""

from aiohttp import web

from bot.staff import accounts as staff
from bot.staff import passwords
from bot.staff.accounts import Refused, SignedIn
from bot.store import staff as store
from bot.web.console.present import back_to, draw, forget, present, remember
from bot.web.forms import one, read_form
from bot.web.keys import CLOCK, PAGES, READER, SETTINGS, WORLD, WRITER
from bot.web.network import side_of
from bot.web.signed import Form

routes = web.RouteTableDef()
STATUS = {Refused.WRONG: 403, Refused.TOO_OFTEN: 429}


@routes.get("/console")
async def entrance(request: web.Request) -> web.StreamResponse:
    """The sign-in page; who is in already goes on."""
    if await present(request):
        raise web.HTTPSeeOther("/console/conversations")
    notice = "signed_out" if request.query.get("said") == "signed_out" else ""
    return draw(request, "sign_in", notice=notice, email="", back="", kept="")


@routes.post("/console")
async def sign_in(request: web.Request) -> web.StreamResponse:
    """In, or the same page again with the same words for every reason but too many tries."""
    form = await read_form(request)
    email, back = one(form, "email", staff.LONGEST_EMAIL), one(form, "back")
    network = side_of(request, request.app[SETTINGS].trusted_proxies)
    keys, now = request.app[WORLD].keys, request.app[CLOCK]()
    became = await staff.sign_in(request.app[WRITER], keys, email, _password(form, "password"), network, now)
    if isinstance(became, Refused):
        status = STATUS[became]
        return draw(request, "sign_in", status=status, notice=became.value, email=email, back=back, kept="")
    return _into(request, became, back_to(back))


@routes.post("/console/sign-out")
async def sign_out(request: web.Request) -> web.StreamResponse:
    """Out of this browser."""
    who = await present(request)
    if who:
        await request.app[WRITER].run(lambda conn: staff.sign_out(conn, who.member, who.session.id, who.now))
    response = web.HTTPSeeOther("/console?said=signed_out")
    forget(request, response)
    raise response


@routes.get("/console/setup/{token}")
async def choose(request: web.Request) -> web.StreamResponse:
    """Asks for a password. Looking changes nothing: scanners and previews look too."""
    keys, now, token = request.app[WORLD].keys, request.app[CLOCK](), request.match_info["token"]
    member = await request.app[READER].run(lambda conn: store.of_link(conn, keys, token, now))
    if member is None:
        return draw(request, "gone", status=404)
    return draw(request, "set_up", email=member.email)


@routes.post("/console/setup/{token}")
async def chosen(request: web.Request) -> web.StreamResponse:
    """Keeps the password, if it is a good one, and lets them in; the link is used then."""
    keys, now, token = request.app[WORLD].keys, request.app[CLOCK](), request.match_info["token"]
    form = await read_form(request)
    password = _password(form, "password")
    member = await request.app[READER].run(lambda conn: store.of_link(conn, keys, token, now))
    if member is None:
        return draw(request, "gone", status=404)
    fault = passwords.fault(password, member.email)
    if fault is None and password != _password(form, "again"):
        fault = "not_the_same"
    if fault:
        return draw(request, "set_up", status=422, notice=fault, email=member.email)
    became = await staff.set_up(request.app[WRITER], keys, token, password, now)
    if became is None:
        return draw(request, "gone", status=404)
    return _into(request, became, "/console/conversations")


@routes.get("/console/console.css")
async def style(request: web.Request) -> web.Response:
    """The one style sheet of these pages."""
    text = request.app[PAGES].file("console/console.css")
    return web.Response(text=text, content_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


def _into(request: web.Request, became: SignedIn, where: str) -> web.StreamResponse:
    response = web.HTTPSeeOther(where)
    remember(request, response, became.cookie)
    raise response


def _password(form: Form, name: str) -> str:
    """As typed: blanks at its ends belong to it."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
