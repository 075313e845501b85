"""Reads what a form posted, and refuses what is none: compressed, multipart, too large, too slow or not text."""

import asyncio
from typing import cast

from aiohttp import web

from bot.web.signed import Form

SLOWEST_BODY_SECONDS = 10
FORM = "application/x-www-form-urlencoded"


async def read_form(request: web.Request) -> Form:
    """The fields as they came: blanks and repeats kept. Raises an HTTP answer of the 400s for anything else."""
    refuse_encoded(request)
    if request.content_type != FORM:
        raise web.HTTPUnsupportedMediaType(text=f"Send a form ({FORM}).")
    try:
        async with asyncio.timeout(SLOWEST_BODY_SECONDS):
            return cast(Form, await request.post())
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="The form took too long to arrive.") from None
    except (ValueError, LookupError):
        # A charset nobody knows, bytes that are not in it, or more fields than anybody needs.
        raise web.HTTPBadRequest(text="The form cannot be read.") from None


def refuse_encoded(request: web.Request) -> None:
    """No compressed bodies: a small one can hold a very large one, and nobody who posts to us needs it."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise web.HTTPUnsupportedMediaType(text="Send the body without Content-Encoding.")


def one(form: Form, name: str, longest: int = 200) -> str:
    """One field, its last value when repeated; what is too long to be meant counts as absent."""
    values = form.getall(name, [])
    value = values[-1] if values else ""
    return value.strip() if isinstance(value, str) and len(value) <= longest else ""
