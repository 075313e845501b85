"""Refusals as `application/problem+json` (RFC 9457), those of the framework included."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aiohttp import web
from pydantic import ValidationError

CONTENT_TYPE = "application/problem+json"
MOST_ERRORS = 50
TITLES = {
    "cannot-answer": "This patient may not be written to",
    "idempotency-key-reused": "The Idempotency-Key was used for another request",
    "invalid": "Some fields are not as they should be",
    "not-json": "The body is not JSON",
    "cannot-decide": "The plan does not stand so that this could be done",
    "cannot-charge": "This card may not be charged",
    "undone-already": "Nothing is undone twice",
    "given-back-already": "Something of this payment was given back already",
    "known-charge": "The practice has this charge already",
    "too-many-requests": "Too many requests",
}
REASONS = {
    "extra_forbidden": "is not a field of this call",
    "missing": "must not be missing",
    "int_type": "must be a whole number; money is in cents",
    "int_from_float": "must be a whole number; money is in cents",
}
"""Where the words of the library would not help."""

WORDS = {404: "There is no call at this path.", 405: "This path takes other methods; Allow names them."}
"""Of the framework's own refusals."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Error = tuple[str, str]
"""A field and what is wrong with it."""


class Problem(Exception):  # noqa: N818 - a problem is what RFC 9457 calls it
    """A refusal and all that the caller learns of it."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        name: str = "",
        errors: Sequence[Error] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.status, self.detail, self.name, self.errors = status, detail, name, errors
        self.headers, self.more = headers or {}, more
        super().__init__(name or str(status))

    def response(self) -> web.Response:
        """As it goes out."""
        told: dict[str, Any] = {
            "type": f"urn:paybot:problem:{self.name}" if self.name else "about:blank",
            "title": TITLES.get(self.name) or HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        if self.errors:
            told["errors"] = [{"field": field, "reason": reason} for field, reason in self.errors[:MOST_ERRORS]]
        return web.json_response(told, status=self.status, content_type=CONTENT_TYPE, headers=self.headers)


def invalid(*errors: Error, detail: str = "Nothing was done.") -> Problem:
    """Fields that are not as they should be."""
    return Problem(422, detail, name="invalid", errors=errors)


def not_found(what: str, *errors: Error) -> Problem:
    """There is none, or it is another practice's: nobody learns which."""
    return Problem(404, f"This practice has no such {what}.", errors=errors)


def of_validation(error: ValidationError) -> Problem:
    """Every field that does not fit, or the body that is no JSON at all."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    if found[0]["type"] == "json_invalid":
        return Problem(
            400, f"The body cannot be read: {found[0]['msg'].removeprefix('Invalid JSON: ')}.", name="not-json"
        )
    return invalid(
        *((_field(one["loc"]), REASONS.get(one["type"], one["msg"].removeprefix("Value error, "))) for one in found)
    )


def _field(place: Sequence[int | str]) -> str:
    return ".".join(str(part)[:100] for part in place)


def under(prefix: str) -> Any:
    """The middleware that puts every refusal below that path into this form: unknown routes, large bodies, bugs."""

    @web.middleware
    def problems(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
        return _told(request, handler) if request.path.startswith(prefix) else handler(request)

    return problems


async def _told(request: web.Request, handler: Handler) -> web.StreamResponse:
    answer = await handler(request)
    if answer.status < HTTPStatus.BAD_REQUEST or answer.content_type == CONTENT_TYPE:
        return answer
    if not isinstance(answer, web.Response):
        return answer
    kept = {name: answer.headers[name] for name in ("Allow", "Retry-After") if name in answer.headers}
    return Problem(answer.status, WORDS.get(answer.status) or (answer.text or "").strip(), headers=kept).response()
