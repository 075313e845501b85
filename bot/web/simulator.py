"""Phones and a mailbox in the browser, for development: text the practice as its patients would."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import Connection, select

from bot.channels.mailbox import Mail
from bot.channels.simulator import HABITS, SimulatedText
from bot.store.tables import addresses, people, person_addresses
from bot.web.forms import one, read_form
from bot.web.keys import LOCAL_TWILIO, MAILBOX, PAGES, READER, WORLD

TOOL_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; frame-ancestors 'self'"
)
MOST_PHONES = 6
OFFERED = 200
LONGEST_TEXT = 1600
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_FORMATTING = re.compile(r"[\s().-]")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Offered:
    """A patient whose phone can be opened."""

    name: str
    number: str


@routes.get("/simulator")
async def simulator(_: web.Request) -> web.StreamResponse:
    """Leads to the phones."""
    raise web.HTTPSeeOther("/simulator/phone")


@routes.get("/simulator/phone")
async def phone(request: web.Request) -> web.Response:
    """Several patients' phones side by side."""
    offered, senders, zones = await request.app[READER].run(
        lambda conn: (_patients(conn), _senders(conn, request), _zones(conn, request))
    )
    numbers = [number for text in request.query.getall("n", []) if (number := clean(text))]
    shown = list(dict.fromkeys(numbers))[-MOST_PHONES:] or [each.number for each in offered[:2]]
    twilio = request.app[LOCAL_TWILIO]
    names: dict[str, list[str]] = {}
    for each in offered:
        names.setdefault(each.number, []).append(each.name)
    phones = [
        {
            "number": number,
            "who": ", ".join(names.get(number, [])),
            "habit": twilio.habits.get(number, "works"),
            "texts": [bubble(text, zones) for text in reversed(twilio.texts(to=number))],
            "others": [other for other in shown if other != number],
        }
        for number in shown
    ]
    told: dict[str, Any] = {"phones": phones, "offered": offered, "senders": senders, "shown": shown}
    return _tool(request, "phone", **told, habits=list(HABITS), version=twilio.version)


@routes.post("/simulator/phone/send")
async def send(request: web.Request) -> web.StreamResponse:
    """The patient presses send. With the script the answer is a short word, without it the page again."""
    form = await read_form(request)
    number, ours = clean(one(form, "from", 40)), one(form, "to", 40)
    body = form.getall("body", [""])[-1][: LONGEST_TEXT * 2]
    if not number or not ours:
        raise web.HTTPBadRequest(text="from or to is no number")
    account = await request.app[READER].run(lambda conn: _account(conn, request, ours))
    status = await request.app[LOCAL_TWILIO].text(number, ours, body, 1 if one(form, "photo") else 0, account)
    if one(form, "script"):
        return web.json_response({"status": status})
    raise web.HTTPSeeOther(_back(form.getall("n", []) or [number]))


@routes.post("/simulator/phone/habit")
async def behave(request: web.Request) -> web.StreamResponse:
    """Have a phone, or the way to it, misbehave."""
    form = await read_form(request)
    number, habit = clean(one(form, "number", 40)), one(form, "habit", 20)
    if not number or habit not in HABITS:
        raise web.HTTPBadRequest(text="no such habit")
    request.app[LOCAL_TWILIO].habits[number] = habit
    raise web.HTTPSeeOther(_back(form.getall("n", []) or [number]))


@routes.get("/simulator/phone/news")
async def news(request: web.Request) -> web.Response:
    """What changed since a version, for the script of the page."""
    twilio, since = request.app[LOCAL_TWILIO], request.query.get("since", "0")
    version = int(since) if since.isascii() and since.isdigit() and len(since) < 12 else 0
    zones = await request.app[READER].run(lambda conn: _zones(conn, request))
    texts = [bubble(text, zones) for text in reversed(twilio.texts(since=version))]
    return web.json_response({"version": twilio.version, "texts": texts})


@routes.get("/simulator/mailbox")
async def mailbox(request: web.Request) -> web.Response:
    """All mail, newest first."""
    return _tool(request, "mailbox", mails=request.app[MAILBOX].mails(), zone=await _zone(request))


@routes.get(r"/simulator/mailbox/{mail:\d{1,9}}")
async def mail(request: web.Request) -> web.Response:
    """One mail: its headers, its text with links, and its HTML in a frame that may do nothing."""
    found = _mail(request)
    return _tool(request, "mail", mail=found, parts=parts(found.text), zone=await _zone(request))


@routes.get(r"/simulator/mailbox/{mail:\d{1,9}}/html")
async def mail_html(request: web.Request) -> web.Response:
    """The HTML part alone; the policy keeps scripts and everything from elsewhere out, links open beside."""
    html = '<base target="_blank">' + _mail(request).html
    headers = {"Content-Security-Policy": MAIL_POLICY}
    return web.Response(text=html, content_type="text/html", headers=headers)


@routes.get("/simulator/simulator.css")
async def style(request: web.Request) -> web.Response:
    """The look of the simulators."""
    return web.Response(text=request.app[PAGES].file("simulator/simulator.css"), content_type="text/css")


@routes.get("/simulator/phone.js")
async def script(request: web.Request) -> web.Response:
    """Keeps the phones up to date; everything works without it too."""
    return web.Response(text=request.app[PAGES].file("simulator/phone.js"), content_type="text/javascript")


def clean(text: str) -> str:
    """A number in E.164, however it was typed; empty when it is none."""
    bare = _FORMATTING.sub("", text)
    number = bare if bare.startswith("+") else f"+1{bare.removeprefix('1')}" if len(bare) in {10, 11} else f"+{bare}"
    return number if _NUMBER.fullmatch(number) else ""


def bubble(text: SimulatedText, zones: Mapping[str, ZoneInfo]) -> dict[str, Any]:
    """A text as a phone shows it, by the clock of the practice, as its sentences name times too."""
    return {
        "sid": text.sid,
        "patient": text.patient,
        "ours": text.ours,
        "mine": text.inbound,
        "parts": parts(text.body),
        "state": text.state,
        "error": text.error_code,
        "at": text.at.isoformat(),
        "time": f"{text.at.astimezone(zones.get(text.ours)):%H:%M}",
    }


def parts(text: str) -> list[dict[str, str]]:
    """The text cut into plain pieces and links."""
    found, place = [], 0
    for link in _LINK.finditer(text):
        found += [{"text": text[place : link.start()], "link": ""}, {"text": link[0], "link": link[0]}]
        place = link.end()
    return [part for part in [*found, {"text": text[place:], "link": ""}] if part["text"]]


def _mail(request: web.Request) -> Mail:
    found = request.app[MAILBOX].find(int(request.match_info["mail"]))
    if found is None:
        raise web.HTTPNotFound
    return found


def _tool(request: web.Request, page: str, **values: Any) -> web.Response:
    response = request.app[PAGES].draw_tool(page, **values)
    response.headers["Content-Security-Policy"] = TOOL_POLICY
    return response


def _back(numbers: list[str]) -> str:
    return "/simulator/phone?" + "&".join(f"n={quote(number)}" for text in numbers if (number := clean(text)))


def _patients(conn: Connection) -> list[Offered]:
    asked = (
        select(people.c.first_name, people.c.last_name, addresses.c.address)
        .join_from(people, person_addresses, person_addresses.c.person_id == people.c.id)
        .join(addresses, addresses.c.id == person_addresses.c.address_id)
        .where(addresses.c.channel == "text")
        .order_by(people.c.id)
        .limit(OFFERED)
    )
    return [Offered(f"{row.first_name} {row.last_name}", row.address) for row in conn.execute(asked)]


def _account(conn: Connection, request: web.Request, ours: str) -> str:
    """Whose number that is at Twilio: the practice's own account's, or the one that is everybody's."""
    practice = request.app[WORLD].practices.by_number(conn, ours)
    return practice.file.twilio_account_sid if practice else ""


def _zones(conn: Connection, request: web.Request) -> dict[str, ZoneInfo]:
    every = request.app[WORLD].practices.all(conn)
    return {number: ZoneInfo(each.file.time_zone) for each in every for number in each.numbers}


async def _zone(request: web.Request) -> ZoneInfo | None:
    """Mail names no practice's number: the first practice's clock will do for a tool."""
    zones = await request.app[READER].run(lambda conn: _zones(conn, request))
    return next(iter(zones.values()), None)


def _senders(conn: Connection, request: web.Request) -> list[dict[str, str]]:
    every = request.app[WORLD].practices.all(conn)
    return [{"name": each.file.name, "number": number} for each in every for number in each.numbers]
