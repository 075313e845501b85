"""The OpenAPI 3.1 document, made from the same declarations that the routes are made from."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.web.api.cursors import MOST
from bot.web.api.frame import LONGEST_KEY
from bot.web.api.operations import BASE, Operation
from bot.web.api.problems import CONTENT_TYPE
from bot.web.api.shapes import Problem

ABOUT = f"""Patients, charges and conversations of one practice.

Every request carries `Authorization: Bearer <key>`. A key belongs to one practice; what is another's does not exist.
Money is whole cents, times are RFC 3339 in UTC, dates `YYYY-MM-DD`. Refusals are `{CONTENT_TYPE}` and name the fields.
A POST with an `Idempotency-Key` may be sent again: the same request gets the same answer and does nothing twice; only
what was done is remembered, so a refused request may be corrected under its key. Lists come in pieces of at most {MOST}
items: `next` is the `cursor` of what follows.

What staff do with money, and the call for it:

| to | call |
|---|---|
| ask for a payment, or offer a plan | `POST /payment-requests`; a link to paste elsewhere: `POST /pay-links` |
| enter a charge, miscellaneous line items | `POST /charges`; one of your system: `PUT /charges/{{charge_id}}` |
| move a balance to the patient | `POST /adjustments`, kind `patient_responsibility` |
| write off, cancel a charge, credit (overpaid too) | `POST /adjustments`; back: `POST /adjustments/{{id}}/undo` |
| record cash, a check, an outside payment | `POST /payments`; one by mistake: `POST /payments/{{payment_id}}/undo` |
| charge a saved card, for a family | `POST /card-charges`, `POST /family-payments`; `/patients/{{patient_id}}/cards` |
| refund | `POST /refunds`; what you took yourself is only written down |
| set up, edit and save a plan | `POST /plans`: it replaces one that is not signed; `approve` takes other terms, too |
| send, activate, print a plan | `POST /plans/{{id}}/send`, `…/activate`; `agreement` of `GET /plans/{{id}}` |
| see all of it | `GET /patients/{{patient_id}}/history`, `…/balance`, `…/payments` |

A charge that is paid already is undone by a refund that says whether it is still owed. Of a signed plan the day and the
card are the patient's to change; cancel it and set up another.
"""
ALWAYS = {
    401: "The key is missing, unknown or revoked.",
    422: "Some fields or parameters are not as they should be.",
    429: "Too many requests; Retry-After says when to go on.",
}
WITH_BODY = {400: "The body is not JSON.", 413: "The body is too large.", 415: "The body is not called JSON."}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request: the same answer, done once. With another request: 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}
_REF = "#/components/schemas/{model}"


def document(operations: Sequence[Operation], public_url: str, version: str) -> dict[str, Any]:
    """The whole document."""
    bodies = {one.body for one in operations if one.body}
    answers: set[type[BaseModel]] = {one.answer for one in operations} | {Problem}
    wanted = [(model, "validation") for model in bodies] + [(model, "serialization") for model in answers]
    wanted.sort(key=lambda pair: pair[0].__name__)
    refs, schemas = models_json_schema(wanted, ref_template=_REF)  # type: ignore[arg-type]
    named = {model: found for (model, _), found in refs.items()}
    paths: dict[str, Any] = {}
    for one in operations:
        paths.setdefault(BASE + one.path, {})[one.method.lower()] = _described(one, named)
    return {
        "openapi": "3.1.0",
        "info": {"title": "paybot", "version": version, "description": ABOUT},
        "servers": [{"url": public_url}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "From `paybot apikey create`."}
            },
        },
    }


def _described(one: Operation, named: dict[Any, Any]) -> dict[str, Any]:
    summary, _, more = one.summary.partition("\n")
    told: dict[str, Any] = {"operationId": one.name, "summary": summary.partition(". ")[0].rstrip(".")}
    if more or ". " in summary:
        told["description"] = one.summary
    if parameters := _parameters(one):
        told["parameters"] = parameters
    if one.body:
        required = any(field.is_required() for field in one.body.model_fields.values())
        told["requestBody"] = {"required": required, "content": _content("application/json", named[one.body])}
    refusals = ALWAYS | (WITH_BODY if one.body else {}) | dict(one.refusals)
    told["responses"] = {
        str(status): {"description": words, "content": _content("application/json", named[one.answer])}
        for status, words in one.answers.items()
    } | {
        str(status): {"description": words, "content": _content(CONTENT_TYPE, named[Problem])}
        for status, words in sorted(refusals.items())
    }
    return told


def _parameters(one: Operation) -> list[dict[str, Any]]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", one.path)
    ]
    fields = one.query.model_json_schema()["properties"] if one.query else {}
    in_query = [
        {"name": name, "in": "query", "required": False, "description": schema.pop("description", name)}
        | {"schema": {key: value for key, value in schema.items() if key != "title"}}
        for name, schema in sorted(fields.items())
    ]
    return [*in_path, *in_query, *([IDEMPOTENCY_KEY] if one.method == "POST" else [])]


def _content(kind: str, schema: Any) -> dict[str, Any]:
    return {kind: {"schema": schema}}
