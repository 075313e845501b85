"""Stepping into a conversation: answering it, taking it over, handing it back to the bot."""

import re
from typing import cast

from aiohttp import web
from sqlalchemy import Connection

from bot.facts import threads
from bot.facts.threads import Talk
from bot.rendering.gsm7 import fold, segments
from bot.staff.stepping_in import CannotAnswerError, StaffEvent, step_in
from bot.store import audit
from bot.turns.arrivals import Taken
from bot.web.console.conversations import draw_thread
from bot.web.console.present import Present, for_staff, number
from bot.web.forms import read_form
from bot.web.keys import READER, ROAD, WORLD, WRITER
from bot.web.signed import Form
from conversations.events import StaffReleased, StaffReplied, StaffTook
from conversations.hearing.cards import redact

routes = web.RouteTableDef()
LONGEST = 1600
_ONCE = re.compile(r"[0-9a-f]{16}")


@routes.post(r"/console/conversations/{id:\d{1,19}}/answer")
@for_staff
async def answer(request: web.Request, who: Present) -> web.StreamResponse:
    """Sends their words; one text more than it looks like is asked about first."""
    talk, form = await _talk(request, who), await read_form(request)
    text, once = _words(form), _once(form)
    parts = segments(fold(text)) if talk.channel == "text" else 1
    fault = _fault(talk, text)
    if not fault and parts > 1 and form.get("long") != "yes":
        fault = "long"
    if fault:
        status = 200 if fault == "long" else 422
        return await draw_thread(request, who, notice=fault, status=status, typed=text, parts=parts, once=once)
    try:
        await _step(request, who, talk, StaffReplied(text, who.member.email), "conversation_answered", once)
    except CannotAnswerError as error:
        notice = f"not_sent_{error.reason}"
        return await draw_thread(request, who, notice=notice, status=409, typed=text, once=once)
    raise web.HTTPSeeOther(f"/console/conversations/{talk.id}?said=answered#last")


@routes.post(r"/console/conversations/{id:\d{1,19}}/take")
@for_staff
async def take(request: web.Request, who: Present) -> web.StreamResponse:
    """From now on the bot is silent in it."""
    talk = await _talk(request, who)
    await _step(request, who, talk, StaffTook(who.member.email), "conversation_taken", "")
    raise web.HTTPSeeOther(f"/console/conversations/{talk.id}?said=taken")


@routes.post(r"/console/conversations/{id:\d{1,19}}/release")
@for_staff
async def release(request: web.Request, who: Present) -> web.StreamResponse:
    """The bot answers again."""
    talk = await _talk(request, who)
    await _step(request, who, talk, StaffReleased(), "conversation_handed_back", "")
    raise web.HTTPSeeOther(f"/console/conversations/{talk.id}?said=released#last")


async def _talk(request: web.Request, who: Present) -> Talk:
    wanted = number(request)
    found = await request.app[READER].run(lambda conn: threads.talk(conn, who.practice.id, wanted))
    if found is None:
        raise web.HTTPNotFound
    return found


async def _step(request: web.Request, who: Present, talk: Talk, event: StaffEvent, what: str, once: str) -> Taken:
    """The turn and the note about it, in one transaction."""
    pressed = f"{who.member.id}-{talk.id}-{once}" if once else ""

    def step(conn: Connection) -> Taken:
        audit.note(
            conn, at=who.now, who=who.member.who, what=what, practice_id=who.practice.id, conversation_id=talk.id
        )
        return step_in(conn, request.app[WORLD], event, talk.id, who.member.who, who.now, pressed)

    taken = await request.app[WRITER].run(step)
    if taken.woke:
        for tell in request.app[ROAD].on_outbox:
            tell()
    return taken


def _words(form: Form) -> str:
    told = cast(str, form.get("text", "")).replace("\r\n", "\n")
    return "".join(c for c in told if c.isprintable() or c == "\n").strip()


def _once(form: Form) -> str:
    told = cast(str, form.get("once", ""))
    return told if _ONCE.fullmatch(told) else ""


def _fault(talk: Talk, text: str) -> str:
    if not (fold(text) if talk.channel == "text" else text):
        return "says_nothing"
    if len(text) > LONGEST:
        return "far_too_long"
    return "card_number" if redact(text).cards else ""
