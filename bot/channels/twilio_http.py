"""The SDK's transport on the process's shared session: one attempt, real timeouts, failures told apart."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

# The SDK writes addresses, queries and headers at INFO.
logging.getLogger("twilio").setLevel(logging.WARNING)

DECIDED = frozenset({2, 4})
"""Classes of HTTP status after which it is known whether the request was carried out."""
LONGEST_WAIT = timedelta(hours=1)


class NeverLeftError(Exception):
    """No connection was made: the provider saw nothing."""


class BusyError(Exception):
    """Too many requests: this one was not looked at."""

    def __init__(self, after: timedelta | None) -> None:
        self.after = after


class BrokenAnswerError(Exception):
    """An answer that says nothing certain about what became of the request."""


class SharedSession(AsyncHttpClient):
    """The SDK's own client ignores its timeout, warns on every call and posts a 500 again."""

    def __init__(self, session: aiohttp.ClientSession, timeout: aiohttp.ClientTimeout) -> None:
        super().__init__(logging.getLogger("twilio.http_client"), is_async=True, timeout=None)
        self._session = session
        self._limits = timeout

    async def request(  # type: ignore[override]
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the SDK names it; ours is the one that counts
        allow_redirects: bool = False,  # noqa: ARG002 - never
    ) -> Response:
        """One attempt."""
        sent = dict(headers or {})
        if auth:
            sent["Authorization"] = aiohttp.encode_basic_auth(*auth)
        try:
            async with self._session.request(
                method.upper(),
                uri,
                params=_query(params),
                data=_form(data),
                headers=sent,
                timeout=self._limits,
                allow_redirects=False,
            ) as answer:
                if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                    raise BusyError(_wait(answer.headers.get("Retry-After", "")))
                if answer.status // 100 not in DECIDED:
                    raise BrokenAnswerError
                return Response(answer.status, await answer.text(), answer.headers)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            # A reason would name an address; the cause is in the chain for whoever debugs.
            raise NeverLeftError from error


def _form(data: Mapping[str, object] | None) -> bytes | None:
    """Written here: the session would build a multipart form first, a seventh of the whole call's time."""
    many = ((key, value if isinstance(value, (list, tuple)) else [value]) for key, value in (data or {}).items())
    return urlencode([(key, str(one)) for key, values in many for one in values]).encode() or None


def _query(params: Mapping[str, Any] | None) -> dict[str, str] | None:
    return {key: str(value) for key, value in (params or {}).items()} or None


def _wait(header: str) -> timedelta | None:
    """What Retry-After asks for: seconds or a date; nonsense is as good as nothing."""
    if header.isascii() and header.isdigit() and len(header) < len("1000000"):
        return min(timedelta(seconds=int(header)), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(header)
        return max(timedelta(0), min(until - datetime.now(UTC), LONGEST_WAIT))
    except (ValueError, TypeError):
        return None
