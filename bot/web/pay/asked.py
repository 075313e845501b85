"""The page where a code is typed that no link asked for: to sign in, or to show more than a link shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.paying.entry import signing_in
from bot.paying.entry.asked_codes import CodeAnswer
from bot.store import code_asks
from bot.store.code_asks import Ask
from bot.store.practices import Practice
from bot.turns.arrivals import Arrival
from bot.web.forms import one, read_form
from bot.web.keys import CLOCK, PAGES, READER, ROAD, SETTINGS, WORLD, WRITER
from bot.web.network import side_of
from bot.web.pages import LANGUAGES, say
from bot.web.pay import way_back
from bot.web.pay.fields import blank, born_as_kept
from bot.web.pay.visitor import Visitor, practice_of, remember, visitor
from bot.web.signed import EMPTY, Form
from bot.web.spoken import language
from conversations.conversation import Proof
from conversations.hearing.codes import code as six_digits

routes = web.RouteTableDef()

NO_SUCH_DIGITS = ""


@dataclass(frozen=True, slots=True)
class _Here:
    """Who is at this page, as far as it is known."""

    practice: Practice
    language: str
    ask: Ask | None
    who: Visitor | None
    now: datetime


@routes.get("/pay/{slug}/code")
async def page(request: web.Request) -> web.Response:
    """Where the code is typed; who is here by a link is offered one."""
    here = await _here(request)
    if here.ask is None and here.who is None:
        raise web.HTTPSeeOther(f"/pay/{here.practice.file.slug}")
    return _draw(request, here)


@routes.post("/pay/{slug}/code")
async def act(request: web.Request) -> web.StreamResponse:
    """A code is typed, asked for again, or asked for by who is here by a link."""
    form = await read_form(request) if request.can_read_body else EMPTY
    here = await _here(request)
    match one(form, "step"):
        case "ask" if here.who is not None:
            return await _ask(request, here, here.who)
        case "again" if here.ask is not None:
            return await _again(request, here, here.ask)
        case "code" if here.ask is not None:
            return await _take(request, here, here.ask, form)
        case _:
            raise web.HTTPSeeOther(f"/pay/{here.practice.file.slug}{'/code' if here.ask or here.who else ''}")


def keep(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Have the browser keep which form it filled in: nothing about it is ever in an address."""
    seconds = int(code_asks.GOOD_FOR.total_seconds())
    secure = request.app[SETTINGS].secure
    response.set_cookie(
        _cookie(request), token, max_age=seconds, path="/", httponly=True, samesite="Lax", secure=secure
    )


def _cookie(request: web.Request) -> str:
    return "__Host-paybot-code" if request.app[SETTINGS].secure else "paybot-code"


async def _here(request: web.Request) -> _Here:
    practice, who, now = await practice_of(request), await visitor(request), request.app[CLOCK]()
    token, keys = request.cookies.get(_cookie(request), ""), request.app[WORLD].keys
    ask = await request.app[READER].run(lambda conn: code_asks.find(conn, keys, token, now))
    ask = ask if ask and ask.practice_id == practice.id else None
    by_link = who if who and who.session.proof is Proof.PHONE else None
    asked = request.query.get("lang", "")
    usual = ask.language if ask else by_link.language if by_link else await language(request, practice.file)
    return _Here(practice, asked if asked in LANGUAGES else usual, ask, by_link, now)


async def _ask(request: web.Request, here: _Here, who: Visitor) -> web.StreamResponse:
    keys, network = request.app[WORLD].keys, side_of(request, request.app[SETTINGS].trusted_proxies)

    def begin(conn: Connection) -> str | None:
        return signing_in.prove_more(conn, keys, who.session, network, here.language, here.now)

    token = await request.app[WRITER].run(begin)
    if token is None:
        return _draw(request, here, say("sign_in_crowded"), status=429)
    response = web.HTTPSeeOther(f"/pay/{here.practice.file.slug}/code")
    keep(request, response, token)
    raise response


async def _again(request: web.Request, here: _Here, ask: Ask) -> web.StreamResponse:
    words = await request.app[WRITER].run(lambda conn: signing_in.again(conn, ask, here.now))
    asked = words == "code_both_again"
    if asked and _by_link(here):
        words = "contact_code_again"
    return _draw(request, here, say(words, "good" if asked else "bad"), status=200 if asked else 429)


async def _take(request: web.Request, here: _Here, ask: Ask, form: Form) -> web.StreamResponse:
    digits = six_digits(one(form, "code", 40))
    if digits is None:
        return _draw(request, here, say("code_shape"), status=400)
    keys, born = request.app[WORLD].keys, born_as_kept(form)

    def judge(conn: Connection) -> tuple[CodeAnswer, str, Arrival | None]:
        typed = digits
        if _asks_born(here) and not signing_in.born_as_typed(conn, ask.person_ids, born):
            typed = NO_SUCH_DIGITS  # whatever the code: a wrong birth date costs a try like a wrong code
        return signing_in.enter(conn, keys, ask, typed, here.language, here.now)

    answer, cookie, accepted = await request.app[WRITER].run(judge)
    if accepted is None:
        return _draw(request, here, say(answer.value), status=403)
    await request.app[ROAD].take(accepted)
    response = web.HTTPSeeOther(f"/pay/{here.practice.file.slug}/{way_back.take(request) or 'balance'}")
    way_back.forget(request, response)
    remember(request, response, cookie)
    response.del_cookie(_cookie(request), path="/", httponly=True, samesite="Lax", secure=request.app[SETTINGS].secure)
    raise response


def _asks_born(here: _Here) -> bool:
    """The first form has asked for it already; who came by a link was not asked."""
    return here.practice.file.more.birth_date_with_code and _by_link(here)


def _by_link(here: _Here) -> bool:
    """They came by a link, and wrote nothing about themselves."""
    return here.ask.session_id is not None if here.ask else here.who is not None


def _draw(
    request: web.Request, here: _Here, notice: dict[str, Any] | None = None, *, status: int = 200
) -> web.Response:
    told = {"asked": here.ask is not None, "by_link": _by_link(here), "ask_born": _asks_born(here), "values": blank()}
    return request.app[PAGES].draw(
        "sign_in_code", language=here.language, practice=here.practice.file, status=status, notice=notice, **told
    )
