"""The access log: method, route, status and time. No path, no query, no address: those may name a patient."""

from logging import DEBUG, INFO

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from bot.web.guards import route_name

FAILED = 400
UNREADABLE = "(unreadable)"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class AccessLogger(AbstractAccessLogger):
    """One line a request."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        # A webhook that was taken is a row of the inbox already; a line for each would cost as much as half a turn.
        level = DEBUG if response.status < FAILED and request.path.startswith("/webhooks/") else INFO
        if self.logger.isEnabledFor(level):
            method = request.method if request.method in _METHODS else "OTHER"
            self.logger.log(level, "%s %s %d %.1f ms", method, _route(request), response.status, time * 1000)

    @property
    def enabled(self) -> bool:
        return self.logger.isEnabledFor(INFO)


def _route(request: web.BaseRequest) -> str:
    """A request that could not even be read is no Request, or one that was never matched: it has no route."""
    try:
        return route_name(request) if isinstance(request, web.Request) else UNREADABLE
    except AssertionError:
        return UNREADABLE
