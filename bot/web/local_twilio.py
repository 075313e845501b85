"""Twilio's REST API as the twilio SDK calls it, in development: the other end of the local Twilio."""

import asyncio
from datetime import datetime
from hmac import compare_digest

import aiohttp
from aiohttp import web

from bot.channels.simulator import RefusedError, SimulatedText
from bot.web.forms import read_form
from bot.web.keys import LOCAL_TWILIO

BASE = "/simulator/twilio"
ACCOUNT = BASE + "/2010-04-01/Accounts/{sid}"

routes = web.RouteTableDef()


@routes.post(ACCOUNT + "/Messages.json")
async def create(request: web.Request) -> web.StreamResponse:
    """Takes a text, checks it as Twilio does, and shows it on the phone."""
    twilio, account = request.app[LOCAL_TWILIO], _account(request)
    form = await read_form(request)
    try:
        text = twilio.create(form, account)
    except RefusedError as refused:
        return _error(refused.status, refused.code, refused.message)
    if twilio.habit(text.patient).cut and request.transport:
        # The text is out, and the answer is lost: whoever sends again sends twice.
        request.transport.abort()
        await asyncio.sleep(0)
    return web.json_response(twilio.resource(text), status=201)


@routes.get(ACCOUNT + "/Messages.json")
async def listed(request: web.Request) -> web.Response:
    """The log, filtered by To, From and DateSent."""
    twilio, account = request.app[LOCAL_TWILIO], _account(request)
    since = request.query.get("DateSent>", "")
    found = twilio.texts(to=request.query.get("To", ""), ours=request.query.get("From", ""), account=account)
    if since:
        found = [text for text in found if text.at >= _moment(since)]
    size = min(int(request.query.get("PageSize", "50")), 1000) if request.query.get("PageSize", "50").isdigit() else 50
    uri = request.path.removeprefix(BASE)
    return web.json_response(
        {
            "messages": [twilio.resource(text) for text in found[:size]],
            "page": 0,
            "page_size": size,
            "start": 0,
            "end": max(0, min(size, len(found)) - 1),
            "uri": uri,
            "first_page_uri": uri,
            "next_page_uri": None,
            "previous_page_uri": None,
        }
    )


@routes.get(ACCOUNT + "/Messages/{message}.json")
async def fetched(request: web.Request) -> web.Response:
    """One text."""
    text = _text(request)
    return web.json_response(request.app[LOCAL_TWILIO].resource(text))


@routes.post(ACCOUNT + "/Messages/{message}.json")
async def redacted(request: web.Request) -> web.Response:
    """Body="" empties what Twilio kept."""
    text = _text(request)
    form = await read_form(request)
    if form.get("Body") != "":
        return _error(400, 20001, "Only an empty Body can be written.")
    twilio = request.app[LOCAL_TWILIO]
    return web.json_response(twilio.resource(twilio.redact(text.sid) or text))


def _text(request: web.Request) -> SimulatedText:
    text = request.app[LOCAL_TWILIO].find(request.match_info["message"], _account(request))
    if text is None:
        raise _refusal(404, 20404, "The requested resource was not found.")
    return text


def _account(request: web.Request) -> str:
    """The account that is asked for, by somebody who has its token."""
    sid = request.match_info["sid"]
    [token] = request.app[LOCAL_TWILIO].tokens(sid)
    expected = aiohttp.encode_basic_auth(sid, token)
    if not compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
        raise _refusal(401, 20003, "Authenticate")
    return sid


def _refusal(status: int, code: int, message: str) -> web.HTTPException:
    kinds = {401: web.HTTPUnauthorized, 404: web.HTTPNotFound}
    answer = _error(status, code, message)
    return kinds[status](text=answer.text, content_type="application/json")


def _error(status: int, code: int, message: str) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more, "status": status}
    return web.json_response(body, status=status)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise _refusal(404, 20001, "DateSent is no time.") from None
    return found if found.tzinfo else found.astimezone()
