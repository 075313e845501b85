"""Reads what a form posted, and refuses what is none: compressed, multipart, too large, too slow or not text."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from aiohttp import web
from multidict import MultiDict, MultiDictProxy
from yarl import query_to_pairs

from bot.web.signed import Form

SLOWEST_BODY_SECONDS = 10
FORM = "application/x-www-form-urlencoded"
USUAL = frozenset({FORM, f"{FORM}; charset=utf-8", f"{FORM}; charset=UTF-8"})
"""How nearly everybody spells a form in UTF-8; other spellings are taken apart."""
MOST_FIELDS = 1000
NOTHING = ("",)
"""What a field holds that nobody posted."""

T = TypeVar("T")


async def read_form(request: web.Request) -> Form:
    """The fields as they came: blanks and repeats kept. Raises an HTTP answer of the 400s for anything else."""
    refuse_encoded(request)
    if not is_form(request):
        raise web.HTTPUnsupportedMediaType(text=f"Send a form ({FORM}).")
    return await read_fields(request)


def is_form(request: web.Request) -> bool:
    """Does it say so?"""
    return request.headers.get("Content-Type") in USUAL or request.content_type == FORM


async def read_fields(request: web.Request) -> Form:
    """The same, where the caller has looked at Content-Encoding and Content-Type."""
    usual = request.headers.get("Content-Type") in USUAL
    if not usual and (request.charset or "utf-8").lower() not in {"utf-8", "utf8"}:
        # Other codecs make halves of characters that no database keeps, or take a second for one form.
        raise web.HTTPBadRequest(text="Send the form in UTF-8.")
    # Nearly always all of it came with the head, and there is nothing to wait for.
    body = await request.read() if request.content.is_eof() else await _in_time(request.read())
    if body.count(b"&") >= MOST_FIELDS:
        raise web.HTTPRequestEntityTooLarge(MOST_FIELDS, text=f"A form has {MOST_FIELDS} fields at the most.")
    try:
        return MultiDictProxy(MultiDict(query_to_pairs(body.rstrip().decode())))
    except ValueError:  # bytes that are no UTF-8
        raise web.HTTPBadRequest(text="The form cannot be read.") from None


async def read_body(request: web.Request) -> bytes:
    """A body that is no form, as it came."""
    refuse_encoded(request)
    return await _in_time(request.read())


async def _in_time(reading: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(SLOWEST_BODY_SECONDS):
            return await reading
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="The body took too long to arrive.") from None
    except (ConnectionError, web.RequestPayloadError, RuntimeError):
        # Whoever sent it went away, or was hung up on before we read (to the framework a RuntimeError), or it is not
        # chunked as it says: nobody of ours is to blame.
        raise web.HTTPBadRequest(text="The body broke off.") from None


def refuse_encoded(request: web.Request) -> None:
    """No compressed bodies: a small one can hold a very large one, and nobody who posts to us needs it."""
    encoding = request.headers.get("Content-Encoding")
    if encoding is not None and encoding.lower() != "identity":
        raise web.HTTPUnsupportedMediaType(text="Send the body without Content-Encoding.")


def one(form: Form, name: str, longest: int = 200) -> str:
    """One field, its last value when repeated; what is too long to be meant, or cannot be kept, counts as absent."""
    value = form.getall(name, NOTHING)[-1]
    return value.strip() if len(value) <= longest and "\0" not in value else ""
