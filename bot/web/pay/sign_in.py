"""Signing in without a link: who you are, then one code that was sent by text and by email at once."""

from datetime import date
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.facts.people import today_at
from bot.paying.entry import identifying, signing_in
from bot.paying.entry.identifying import Details
from bot.store.practices import Practice
from bot.web.forms import one, read_form
from bot.web.keys import CLOCK, PAGES, SETTINGS, WORLD, WRITER
from bot.web.network import side_of
from bot.web.pages import say
from bot.web.pay.asked import keep
from bot.web.pay.fields import Mistakes, blank, born_of, looks_like_a_card, read_born
from bot.web.pay.visitor import display, practice_of, visitor
from bot.web.signed import Form
from bot.web.spoken import language
from conversations.conversation import Proof
from conversations.hearing import normalise

routes = web.RouteTableDef()


@routes.get("/pay/{slug}")
async def form(request: web.Request) -> web.Response:
    """Who are you?"""
    practice, who = await practice_of(request), await visitor(request)
    if who is not None and who.session.proof is not Proof.NONE:
        raise web.HTTPSeeOther(f"/pay/{practice.file.slug}/balance")
    return await _draw(request, practice, blank("name", "contact"), {})


@routes.post("/pay/{slug}")
async def filled_in(request: web.Request) -> web.StreamResponse:
    """The next page, the same whoever this is: what was typed is looked up when nobody waits for an answer."""
    filled, practice = await read_form(request), await practice_of(request)
    now, keys = request.app[CLOCK](), request.app[WORLD].keys
    values = _values(filled)
    details, mistakes = _read(values, today_at(now, practice.file.time_zone))
    if details is None:
        return await _draw(request, practice, values, mistakes, status=400)
    spoken, network = await language(request, practice.file), side_of(request, request.app[SETTINGS].trusted_proxies)

    def begin(conn: Connection) -> str | None:
        return signing_in.begin(conn, keys, practice, details, network, spoken, now)

    token = await request.app[WRITER].run(begin)
    if token is None:
        return await _draw(request, practice, values, {}, status=429, notice=say("sign_in_crowded"))
    response = web.HTTPSeeOther(f"/pay/{practice.file.slug}/code")
    keep(request, response, token)
    raise response


def _values(filled: Form) -> dict[str, str]:
    return {"name": one(filled, "name", 100), "contact": one(filled, "contact", 254), **born_of(filled)}


def _read(values: dict[str, str], today: date) -> tuple[Details | None, Mistakes]:
    """Whether this can be somebody is all that is said here, never whether it is."""
    mistakes: Mistakes = {}
    if looks_like_a_card(values["name"]):
        values["name"] = ""
    if not normalise(values["name"]):
        mistakes["name"] = "name_missing"
    born = read_born(values, signing_in.EARLIEST_YEAR, today)
    if born is None:
        mistakes["born"] = "born_unreadable"
    contact = identifying.contact(values["contact"])
    if contact is None:
        mistakes["contact"] = "contact_unreadable"
        values["contact"] = "" if looks_like_a_card(values["contact"]) else values["contact"]
    if mistakes or born is None or contact is None:
        return None, mistakes
    return Details(values["name"], born, *contact), {}


async def _draw(
    request: web.Request,
    practice: Practice,
    values: dict[str, str],
    mistakes: Mistakes,
    *,
    status: int = 200,
    notice: dict[str, Any] | None = None,
) -> web.Response:
    number = next(iter(practice.file.text_numbers), "")
    told: dict[str, Any] = {
        "values": values,
        "errors": mistakes,
        "text_number": number,
        "text_number_display": display(number),
    }
    return request.app[PAGES].draw(
        "sign_in",
        language=await language(request, practice.file),
        practice=practice.file,
        status=status,
        notice=notice,
        **told,
    )
