"""The list of conversations, and one of them."""

import secrets
from datetime import UTC, datetime
from typing import Any, cast

from aiohttp import web

from bot.desk import listing, talk
from bot.desk.listing import Mark, Show
from bot.desk.talk import Thread
from bot.facts.threads import Line, Place
from bot.web.console.present import Present, draw, for_staff, number, saw
from bot.web.keys import READER
from conversations.events import Way

routes = web.RouteTableDef()
SAID = frozenset({"answered", "taken", "released"})
"""What a page may be told in its address that was just done."""


@routes.get("/console/conversations")
@for_staff
async def conversations(request: web.Request, who: Present) -> web.StreamResponse:
    """Those who need an answer first."""
    show: Show = "waiting" if request.query.get("show") == "waiting" else "all"
    channel = request.query.get("channel")
    way = cast(Way, channel) if channel in {"text", "email"} else None
    after = _mark(request.query.get("after", ""))
    found = await request.app[READER].run(lambda conn: listing.listing(conn, who.practice.id, show, way, after))
    ids = [row.talk.id for row in found.rows]
    await saw(request, who, "conversations_listed", conversation_ids=ids)
    more = _written(found.following)
    told: dict[str, Any] = {
        "rows": found.rows,
        "show": show,
        "channel": way or "",
        "later": after is not None,
        "following": more,
    }
    return draw(request, "conversations", who, **told)


@routes.get(r"/console/conversations/{id:\d{1,19}}")
@for_staff
async def conversation(request: web.Request, who: Present) -> web.StreamResponse:
    """One person's thread."""
    said = request.query.get("said", "")
    return await draw_thread(request, who, notice=said if said in SAID else "")


async def draw_thread(
    request: web.Request,
    who: Present,
    *,
    notice: str = "",
    status: int = 200,
    typed: str = "",
    parts: int = 1,
    once: str = "",
) -> web.StreamResponse:
    """The page; `typed` is what somebody wrote that was not sent, `parts` the texts it would take."""
    conversation_id, before = number(request), _place(request.query.get("before", ""))
    found = await request.app[READER].run(lambda conn: talk.thread(conn, who.practice.id, conversation_id, before))
    if found is None:
        raise web.HTTPNotFound
    seen = {"merged": [one.id for one in found.merged], "balances_of": list(found.owed_cents)}
    await saw(request, who, "conversation_seen", conversation_id=conversation_id, **seen)
    told: dict[str, Any] = {"typed": typed, "parts": parts, "once": once or secrets.token_hex(8), "last": _last(found)}
    told |= {"thread": found, "earlier": _written(found.earlier), "looking_back": before is not None}
    return draw(request, "conversation", who, status=status, notice=notice, **told)


def _last(thread: Thread) -> Line | None:
    return next((one for one in reversed(thread.items) if isinstance(one, Line)), None)


def _written(place: Mark | Place | None) -> str:
    """As it stands in an address."""
    return "~".join(part.isoformat() if isinstance(part, datetime) else str(part) for part in place or ())


def _mark(written: str) -> Mark | None:
    parts = written.split("~")
    if len(parts) != 3 or parts[0] not in {"waiting", "quiet"}:
        return None
    place = _numbers(parts[1], parts[2])
    return (parts[0], place[0], place[1]) if place else None


def _place(written: str) -> Place | None:
    parts = written.split("~")
    place = _numbers(parts[0], *parts[1:]) if len(parts) == 3 else None
    return (place[0], place[1], place[2]) if place else None


def _numbers(at: str, *counts: str) -> tuple[Any, ...] | None:
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            return None
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if not all(n.isascii() and n.isdigit() and len(n) < 19 for n in counts):
        return None
    return (moment, *map(int, counts))
