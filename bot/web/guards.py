"""What every answer goes through: headers that keep pages private, refusals in the right form, no traceback."""

import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from aiohttp import web
from multidict import CIMultiDict

from bot.settings import Settings
from bot.web.keys import PAGES, SETTINGS
from bot.web.spoken import setting

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No script at all, nothing from elsewhere."""
HEADERS = CIMultiDict(
    {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Content-Security-Policy": PAGE_POLICY,
    }
)
HSTS = "max-age=31536000; includeSubDomains"
FROM_ANYWHERE = ("/unsubscribe/",)
"""Mail programs press this button for their readers (RFC 8058); no cookie is worth anything there."""
WITHOUT_PAGES = ("/webhooks/", "/healthz", "/readyz", "/simulator/twilio/", "/api/")
WITHOUT_COOKIES = (*WITHOUT_PAGES, *FROM_ANYWHERE)


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refusals become a page for people and a line for machines; only a bug becomes a 500."""
    try:
        return await handler(request)
    except web.HTTPException as answer:
        if answer.status < 400 or answer.content_type == "application/json":
            raise
        return await _refusal(request, answer.status, answer.text or answer.reason, dict(answer.headers))
    except Exception as error:  # noqa: BLE001 - the last edge: it is logged, and the caller may try again
        log_bug(error, route_name(request))
        return await _refusal(request, 500, "Something went wrong on our side. Please try again.", {})


def log_bug(error: BaseException, route: str) -> None:
    """Where it broke, never what with: the message of an error may hold what a patient wrote."""
    where = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    log.error("%s while answering %s\n%s", type(error).__name__, route, where)


async def _refusal(request: web.Request, status: int, words: str, headers: dict[str, str]) -> web.StreamResponse:
    if request.path.startswith(WITHOUT_PAGES):
        response = web.Response(text=words + "\n", status=status)
    elif request.path.startswith("/console"):
        response = request.app[PAGES].draw_console("error", status=status)
    else:
        told = await setting(request)
        response = request.app[PAGES].draw("error", language=told.language, practice=told.practice, status=status)
    if "Allow" in headers:
        response.headers["Allow"] = headers["Allow"]
    return response


@web.middleware
def own_forms_only(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
    """No other site may post with a patient's cookie; webhooks are signed instead."""
    if request.method not in SAFE and not request.path.startswith(WITHOUT_COOKIES) and not _from_here(request):
        raise web.HTTPForbidden
    return handler(request)


def _from_here(request: web.Request) -> bool:
    """The rule of Go 1.25: Sec-Fetch-Site where the browser sends it, else Origin, else it was no browser."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    # Browsers that predate Sec-Fetch-Site say `null` under our own no-referrer; their cookies are SameSite=Lax.
    if origin in {None, "null"}:
        return True
    try:
        return urlsplit(origin).netloc == urlsplit(request.app[SETTINGS].public_url).netloc
    except ValueError:
        return False


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """On every answer that a request got, those of the framework included."""
    headers = response.headers
    headers.merge(HEADERS)
    headers.popall("Server", None)
    if request.app[SETTINGS].secure:
        headers["Strict-Transport-Security"] = HSTS


def headers_without_request(settings: Settings) -> Mapping[str, str]:
    """On what is answered to those whose words could not even be read."""
    return {**HEADERS, "Strict-Transport-Security": HSTS} if settings.secure else HEADERS


def route_name(request: web.Request) -> str:
    """The route's own name, `/p/{token}`: what logs may say, since the path may hold a token."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "(none)"
