"""The landing page of a pay link. GET changes nothing, since scanners and previews fetch links; the button does."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.paying.entry import links, signing_in
from bot.paying.entry.asked_codes import CodeAnswer
from bot.paying.entry.links import Asks, Opened
from bot.paying.invitations import sharing
from bot.paying.pages import receipts
from bot.store import page_sessions
from bot.store.links import Link
from bot.store.practices import Practice
from bot.web.forms import one, read_form
from bot.web.keys import CLOCK, PAGES, READER, ROAD, SETTINGS, WORLD, WRITER
from bot.web.network import side_of
from bot.web.pages import LANGUAGES, say
from bot.web.pay.fields import blank, born_as_kept
from bot.web.pay.visitor import how, remember
from bot.web.signed import EMPTY, Form
from bot.web.spoken import cookie_of
from conversations.events import Way
from conversations.hearing.codes import code as six_digits

routes = web.RouteTableDef()

WAYS: tuple[Way, ...] = ("text", "email")
Found = tuple[Link, Practice, str]


@routes.get("/p/{token}")
async def landing(request: web.Request) -> web.Response:
    """A page that says nothing about anybody, with one button."""
    found = await _find(request)
    if found is None:
        return await how(request, "how_gone", 404)
    link, practice, language = found
    page = "landing_shared" if link.page == sharing.PAGE else "landing"
    return request.app[PAGES].draw(page, language=language, practice=practice.file)


@routes.post("/p/{token}")
async def opened(request: web.Request) -> web.StreamResponse:
    """Opens the link, asks for a code, or takes one: all on the link's own address."""
    form = await read_form(request) if request.can_read_body else EMPTY
    found = await _find(request)
    if found is None:
        return await how(request, "how_gone", 404)
    if found[0].page == sharing.PAGE:
        return await _press_shared(request, found)
    match one(form, "step"):
        case "ask":
            return await _ask(request, found, one(form, "way"))
        case "code":
            return await _take_code(request, found, form)
        case _:
            return await _press(request, found)


async def _find(request: web.Request) -> Found | None:
    token, world, asked = request.match_info["token"], request.app[WORLD], request.query.get("lang", "")

    def look(conn: Connection) -> Found | None:
        link = links.usable(conn, world.keys, token)
        if link and sharing.is_over(link, request.app[CLOCK]()):
            return None
        practice = world.practices.by_id(conn, link.practice_id) if link else None
        if link is None or practice is None:
            return None
        return link, practice, asked if asked in LANGUAGES else links.language_of(conn, link)

    return await request.app[READER].run(look)


async def _press(request: web.Request, found: Found) -> web.StreamResponse:
    link, _, language = found
    keys, cookie, now = request.app[WORLD].keys, cookie_of(request), request.app[CLOCK]()
    pressed = await request.app[WRITER].run(lambda conn: links.press(conn, keys, link, cookie, language, now))
    if isinstance(pressed, Asks):
        return _code_page(request, found, pressed)
    return await _onward(request, found, pressed, cookie)


async def _press_shared(request: web.Request, found: Found) -> web.StreamResponse:
    """Whoever was given it may pay, in any browser, and sees the sum only."""
    link, practice, language = found
    keys, now = request.app[WORLD].keys, request.app[CLOCK]()
    cookie = await request.app[WRITER].run(lambda conn: sharing.open_link(conn, keys, link, language, now))
    response = web.HTTPSeeOther(f"/pay/{practice.file.slug}/balance")
    remember(request, response, cookie)
    raise response


async def _ask(request: web.Request, found: Found, way: str) -> web.StreamResponse:
    link, practice, _ = found
    now = request.app[CLOCK]()
    chosen: Way | None = next((each for each in WAYS if each == way), None)
    if chosen:
        arrival = await request.app[WRITER].run(lambda conn: links.code_asked(conn, link, practice, chosen, now))
        if arrival:
            await request.app[ROAD].take(arrival)
    # The same answer whatever was found, so that nobody learns from here how a patient can be reached.
    notice = say("code_asked", "good") if chosen else None
    return _code_page(request, found, links.why_code(link, now), notice, asked=True)


async def _take_code(request: web.Request, found: Found, form: Form) -> web.StreamResponse:
    link, practice, language = found
    keys, now = request.app[WORLD].keys, request.app[CLOCK]()
    digits = six_digits(one(form, "code", 40))
    if digits is None:
        return _code_page(request, found, links.why_code(link, now), say("code_shape"), status=400)
    side, born = side_of(request, request.app[SETTINGS].trusted_proxies), born_as_kept(form)

    def judge(conn: Connection) -> tuple[CodeAnswer, str, int | None]:
        asked = practice.file.more.birth_date_with_code
        known = not asked or signing_in.born_as_typed(conn, tuple(link.person_ids), born)
        # A wrong birth date costs a try like a wrong code, and reads the same.
        return links.type_code(conn, keys, link, digits if known else "", side, language, now)

    answer, cookie, conversation_id = await request.app[WRITER].run(judge)
    if answer is not CodeAnswer.RIGHT or conversation_id is None:
        return _code_page(request, found, links.why_code(link, now), say(answer.value), status=403)
    await request.app[ROAD].take(links.code_accepted(link, conversation_id, now))
    return await _onward(request, found, Opened(None, cookie), cookie)


async def _onward(request: web.Request, found: Found, into: Opened, cookie: str) -> web.StreamResponse:
    """To the agreement that waits for a signature, to the receipt if this link has been paid, else to the balance."""
    link, practice, _ = found
    keys, now = request.app[WORLD].keys, request.app[CLOCK]()

    def look(conn: Connection) -> str:
        if plan_id := links.plan_to_sign(conn, link):
            return f"agreements/{plan_id}"
        session = page_sessions.find(conn, keys, into.cookie or cookie, now)
        receipt = receipts.since_link(conn, session) if session else ""
        return f"receipts/{receipt}" if receipt else "balance"

    where = await request.app[READER].run(look)
    response = web.HTTPSeeOther(f"/pay/{practice.file.slug}/{where}")
    if into.cookie:
        remember(request, response, into.cookie)
    raise response


def _code_page(
    request: web.Request,
    found: Found,
    reason: Asks,
    notice: dict[str, Any] | None = None,
    *,
    asked: bool = False,
    status: int = 200,
) -> web.Response:
    _, practice, language = found
    told: dict[str, Any] = {"reason": reason.value, "ways": WAYS, "asked": asked, "notice": notice}
    told |= {"ask_born": practice.file.more.birth_date_with_code, "values": blank()}
    return request.app[PAGES].draw("code", language=language, practice=practice.file, status=status, **told)
