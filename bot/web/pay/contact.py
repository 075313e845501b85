"""The patient's own number, mail address and language. A new address counts once a code that we sent there is typed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.facts.people import mask_email, mask_phone
from bot.paying.entry import asked_codes, signing_in
from bot.paying.entry.asked_codes import CodeAnswer
from bot.paying.pages import contacts
from bot.paying.pages.contacts import Wanted
from bot.store import code_asks, page_sessions, reaching
from bot.store.code_asks import Ask
from bot.store.people import Patient
from bot.turns.arrivals import Arrival
from bot.web.forms import one, read_form
from bot.web.keys import CLOCK, PAGES, READER, ROAD, SETTINGS, WORLD, WRITER
from bot.web.network import side_of
from bot.web.pages import say
from bot.web.pay.drawing import draw, see_other
from bot.web.pay.fields import looks_like_a_card
from bot.web.pay.visitor import Visitor, how, visitor
from bot.web.signed import Form
from conversations.conversation import Proof
from conversations.events import Way
from conversations.hearing.codes import code as six_digits

routes = web.RouteTableDef()
FIELDS: dict[str, tuple[Way, str]] = {"phone": ("text", "consent_text"), "email": ("email", "consent_email")}


@dataclass(frozen=True, slots=True)
class _Here:
    """Who changes whose contact, and the address that waits for its code."""

    who: Visitor
    person: Patient | None
    ask: Ask | None
    now: datetime


@routes.get("/pay/{slug}/contact")
async def page(request: web.Request) -> web.Response:
    """What is on file, masked, and the forms to change it."""
    here = await _here(request)
    return await _draw(request, here) if here else await how(request, "how_session", 403)


@routes.post("/pay/{slug}/contact")
async def act(request: web.Request) -> web.StreamResponse:
    """A new address, its code, or a language."""
    form, here = await read_form(request), await _here(request)
    if here is None:
        return await how(request, "how_session", 403)
    if here.person is None:
        return await _draw(request, here, status=409)
    match one(form, "step"):
        case "phone" | "email" as field:
            return await _ask(request, here, here.person, form, field)
        case "code" if here.ask is not None:
            return await _take(request, here, here.ask, form)
        case "again" if here.ask is not None:
            return await _again(request, here, here.ask)
        case "leave" if here.ask is not None:
            ask = here.ask
            await request.app[WRITER].run(lambda conn: code_asks.end(conn, ask, here.now))
            raise see_other(here.who, "contact")
        case "language":
            return await _speak(request, here, here.person, one(form, "language"))
        case _:
            raise see_other(here.who, "contact")


async def _here(request: web.Request) -> _Here | None:
    who, now = await visitor(request), request.app[CLOCK]()
    if who is None or who.session.proof is Proof.NONE:
        return None
    if who.session.proof is not Proof.PERSON:
        raise see_other(who, "code")

    def look(conn: Connection) -> _Here:
        person = contacts.owner(conn, who.practice, who.session, now)
        return _Here(who, person, code_asks.of_session(conn, who.session.id, now), now)

    return await request.app[READER].run(look)


async def _ask(request: web.Request, here: _Here, person: Patient, form: Form, field: str) -> web.StreamResponse:
    way, words = FIELDS[field]
    who, typed = here.who, one(form, field, 254)
    agreed = request.app[PAGES].words(words, who.language, who.practice.file) if one(form, "agree") == "yes" else ""
    world, network = request.app[WORLD], side_of(request, request.app[SETTINGS].trusted_proxies)

    def ask(conn: Connection) -> contacts.Hindrance | None:
        wanted = Wanted(way, typed, agreed)
        return contacts.ask(
            conn, world.keys, who.practice, who.session, person, wanted, network, who.language, here.now,
            simulated=world.simulated,
        )  # fmt: skip

    why = await request.app[WRITER].run(ask)
    if why is None:
        raise see_other(who, "contact")
    shown = "" if looks_like_a_card(typed) and way == "email" else typed
    status = 429 if why is contacts.Hindrance.TOO_MANY else 400
    return await _draw(request, here, status=status, errors={field: why.value}, values={field: shown})


async def _take(request: web.Request, here: _Here, ask: Ask, form: Form) -> web.StreamResponse:
    digits, keys, practice = six_digits(one(form, "code", 40)), request.app[WORLD].keys, here.who.practice
    if digits is None:
        return await _draw(request, here, status=400, notice=say("code_shape"))

    def judge(conn: Connection) -> tuple[CodeAnswer, list[Arrival]]:
        answer, code = asked_codes.type_code(conn, keys, ask, digits, here.now)
        return answer, contacts.told(conn, practice, ask, here.now) if code else []

    answer, arrivals = await request.app[WRITER].run(judge)
    for arrival in arrivals:
        await request.app[ROAD].take(arrival)
    if answer is not CodeAnswer.RIGHT:
        return await _draw(request, here, status=403, notice=say(answer.value))
    fresh = await _here(request)
    return await _draw(request, fresh or here, notice=say("contact_changed", "good"))


async def _again(request: web.Request, here: _Here, ask: Ask) -> web.StreamResponse:
    words = await request.app[WRITER].run(lambda conn: signing_in.again(conn, ask, here.now))
    good = words == "code_both_again"
    notice = say("contact_code_again", "good") if good else say(words)
    return await _draw(request, here, status=200 if good else 429, notice=notice)


async def _speak(request: web.Request, here: _Here, person: Patient, chosen: str) -> web.StreamResponse:
    if chosen not in here.who.practice.file.languages:
        return await _draw(request, here, status=400)

    def speak(conn: Connection) -> list[Arrival]:
        page_sessions.speak(conn, here.who.session.id, chosen)
        return contacts.speak(conn, person, chosen, here.now)

    for arrival in await request.app[WRITER].run(speak):
        await request.app[ROAD].take(arrival)
    raise see_other(here.who, "contact")


async def _draw(request: web.Request, here: _Here, **more: Any) -> web.Response:
    def look(conn: Connection) -> tuple[list[str], list[str]]:
        every = reaching.of(conn, here.person.id) if here.person else []
        phones = [mask_phone(one.address) for one in every if one.channel == "text"]
        return phones, [mask_email(one.address) for one in every if one.channel == "email"]

    phones, emails = await request.app[READER].run(look)
    typed = here.ask.typed if here.ask else None
    mask = {"text": mask_phone, "email": mask_email}
    told: dict[str, Any] = {
        "person": here.person,
        "phones": phones,
        "emails": emails,
        "languages": here.who.practice.file.languages,
        "pending": mask[typed["channel"]](typed["address"]) if typed else "",
        "errors": {},
        "values": {},
    }
    return draw(request, here.who, "contact", **(told | more))
