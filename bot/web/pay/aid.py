"""The financial-help form: no documents and no sign-in needed to start."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.paying.entry import identifying
from bot.paying.pages import helping
from bot.paying.pages.helping import INCOMES, REASONS, WAYS, Answers
from bot.store import people
from bot.store.practices import Practice
from bot.web.forms import one, read_form
from bot.web.keys import CLOCK, PAGES, READER, SETTINGS, WRITER
from bot.web.network import side_of
from bot.web.pages import LANGUAGES, say
from bot.web.pay.drawing import draw
from bot.web.pay.fields import Mistakes, looks_like_a_card
from bot.web.pay.visitor import Visitor, practice_of, visitor
from bot.web.signed import Form
from bot.web.spoken import language
from conversations.conversation import Proof
from conversations.hearing import normalise

routes = web.RouteTableDef()

NAMES = ("name", "contact", "household", "income", "reason", "way", "more")
LARGEST_HOUSEHOLD = 30
LONGEST = {"more": 1000, "contact": 254, "household": 2}


@routes.get("/pay/{slug}/aid")
async def page(request: web.Request) -> web.Response:
    """The form; who has shown who they are finds their name in it."""
    practice, who = await practice_of(request), await _known(request)
    if request.query.get("sent") == "yes":
        by_at = helping.by(practice, request.app[CLOCK]()).isoformat()
        return await _show(request, practice, who, "aid_sent", by_at=by_at)
    values = dict.fromkeys(NAMES, "")
    if who is not None and who.session.proof is Proof.PERSON:
        first = await request.app[READER].run(lambda conn: people.by_id(conn, who.session.person_ids[:1]))
        values["name"] = " ".join(f"{one.first_name} {one.last_name}" for one in first.values())
    return await _draw(request, practice, who, values, {})


@routes.post("/pay/{slug}/aid")
async def filled_in(request: web.Request) -> web.StreamResponse:
    """A task for staff; the page says by when somebody answers."""
    form, practice, who = await read_form(request), await practice_of(request), await _known(request)
    values = {name: one(form, name, LONGEST.get(name, 100)) for name in NAMES}
    answers, mistakes = _read(values)
    if _too_long(form):
        answers, mistakes = None, mistakes | {"more": "more_too_long"}
    if answers is None:
        return await _draw(request, practice, who, values, mistakes, status=400)
    network, now = side_of(request, request.app[SETTINGS].trusted_proxies), request.app[CLOCK]()

    def ask(conn: Connection) -> bool:
        return helping.ask(conn, practice, who.session if who else None, answers, network, now)

    if not await request.app[WRITER].run(ask):
        return await _draw(request, practice, who, values, {}, status=429, notice=say("aid_crowded"))
    asked = request.query.get("lang", "")
    spoken = f"&lang={asked}" if asked in LANGUAGES else ""
    raise web.HTTPSeeOther(f"/pay/{practice.file.slug}/aid?sent=yes{spoken}")


async def _known(request: web.Request) -> Visitor | None:
    who = await visitor(request)
    return who if who and who.session.proof is not Proof.NONE else None


def _too_long(form: Form) -> bool:
    return any(isinstance(each, str) and len(each) > LONGEST["more"] for each in form.getall("more", []))


def _read(values: dict[str, str]) -> tuple[Answers | None, Mistakes]:
    mistakes: Mistakes = {}
    if looks_like_a_card(values["name"]):
        values["name"] = ""
    if not normalise(values["name"]):
        mistakes["name"] = "name_missing"
    contact = identifying.contact(values["contact"])
    if contact is None:
        values["contact"] = "" if looks_like_a_card(values["contact"]) else values["contact"]
        mistakes["contact"] = "contact_unreadable"
    size = values["household"]
    if not (size.isascii() and size.isdigit() and 1 <= int(size) <= LARGEST_HOUSEHOLD):
        mistakes["household"] = "household_unreadable"
    for name, choices in (("income", INCOMES), ("reason", REASONS), ("way", WAYS)):
        if values[name] not in choices:
            values[name], mistakes[name] = "", f"{name}_missing"
    if mistakes or contact is None:
        return None, mistakes
    return Answers(
        values["name"], contact[1], int(size), values["income"], values["reason"], values["way"], values["more"]
    ), {}


async def _draw(
    request: web.Request, practice: Practice, who: Visitor | None, values: dict[str, str], mistakes: Mistakes,
    **more: Any,
) -> web.Response:  # fmt: skip
    told = {"incomes": INCOMES, "reasons": REASONS, "ways": WAYS, "longest": LONGEST["more"]}
    return await _show(request, practice, who, "aid", values=values, errors=mistakes, **told, **more)


async def _show(request: web.Request, practice: Practice, who: Visitor | None, page: str, **told: Any) -> web.Response:
    if who is not None:
        return draw(request, who, page, **told)
    return request.app[PAGES].draw(
        page, language=await language(request, practice.file), practice=practice.file, **told
    )
