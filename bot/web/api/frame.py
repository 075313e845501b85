"""What every call goes through: the key, the checks, one transaction with its audit row, and the same answer again."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ValidationError
from sqlalchemy import Connection

from bot.store import audit, idempotency
from bot.store.idempotency import Asked, Kept, ReusedKeyError
from bot.store.links import TOKEN_BYTES, new_token
from bot.web.api.callers import Caller, caller_of
from bot.web.api.operations import Call, Done, Operation
from bot.web.api.problems import Problem, of_validation
from bot.web.forms import read_body
from bot.web.keys import CLOCK, READER, ROAD, SETTINGS, WORLD, WRITER

LONGEST_KEY = 255
TOKENS = "a token for an Idempotency-Key"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def handler_of(operation: Operation) -> Handler:
    """What the route calls."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            kept = await _answer(request, operation)
        except Problem as problem:
            return problem.response()
        return web.Response(text=kept.body, status=kept.status, content_type="application/json")

    return handle


async def _answer(request: web.Request, operation: Operation) -> Kept:
    caller = await caller_of(request)
    again = _idempotency_key(request) if operation.method == "POST" else ""
    call = await _read(request, operation, caller, again)
    if operation.reads:
        return await _look(request, operation, call)
    asked = _asked(operation, caller, call, again) if again else None
    return await _act(request, operation, call, asked)


async def _look(request: web.Request, operation: Operation, call: Call) -> Kept:
    done = await request.app[READER].run(lambda conn: operation.run(conn, call))
    # Before the bytes leave: what nobody could write down, nobody gets to see.
    await request.app[WRITER].run(lambda conn: _note(conn, operation, call, done))
    return _kept(done)


async def _act(request: web.Request, operation: Operation, call: Call, asked: Asked | None) -> Kept:
    if operation.first:
        call = replace(call, read=await asyncio.to_thread(operation.first, call))
    kept, woke = await request.app[WRITER].run(lambda conn: _transaction(conn, operation, call, asked))
    if woke:
        for tell in request.app[ROAD].on_outbox:
            tell()
    return kept


def _transaction(conn: Connection, operation: Operation, call: Call, asked: Asked | None) -> tuple[Kept, bool]:
    """What is done, the audit row and the answer that is given again: all of it, or nothing."""
    try:
        before = idempotency.begin(conn, asked, call.now) if asked else None
    except ReusedKeyError:
        raise Problem(422, "Send another key with another request.", name="idempotency-key-reused") from None
    if before:
        return _revealed(conn, operation, call, before), False
    done = operation.run(conn, call)
    _note(conn, operation, call, done)
    kept = _kept(done)
    if asked:
        idempotency.finish(conn, asked, kept)
    return _revealed(conn, operation, call, kept), done.woke


def _note(conn: Connection, operation: Operation, call: Call, done: Done) -> None:
    what = f"api.{operation.name}"
    audit.note(conn, at=call.now, who=call.who, what=what, practice_id=call.practice.id, **done.seen)


def _kept(done: Done) -> Kept:
    return Kept(done.status, done.answer.model_dump_json())


def _revealed(conn: Connection, operation: Operation, call: Call, kept: Kept) -> Kept:
    return Kept(kept.status, operation.reveal(conn, call, kept.body)) if operation.reveal else kept


# Reading


async def _read(request: web.Request, operation: Operation, caller: Caller, again: str) -> Call:
    query = _checked(operation.query, dict(request.query)) if operation.query else None
    if operation.query is None and request.query:
        raise Problem(422, "This call takes no parameters.", name="invalid")
    return Call(
        practice=caller.practice,
        who=caller.key.who,
        name=caller.key.name,
        world=request.app[WORLD],
        public_url=request.app[SETTINGS].public_url,
        now=request.app[CLOCK](),
        path=dict(request.match_info),
        query=query,
        body=await _body(request, operation.body) if operation.body else None,
        tokens=_tokens(request, caller, again),
    )


def _checked(model: type[BaseModel], said: dict[str, str]) -> BaseModel:
    try:
        return model.model_validate(said)
    except ValidationError as error:
        raise of_validation(error) from None


async def _body(request: web.Request, model: type[BaseModel]) -> Any:
    raw = await read_body(request)
    if not raw and not any(field.is_required() for field in model.model_fields.values()):
        return model()
    if request.content_type != "application/json" or (request.charset or "utf-8").lower() != "utf-8":
        raise Problem(415, "Send Content-Type: application/json, in UTF-8.")
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise of_validation(error) from None


def _idempotency_key(request: web.Request) -> str:
    given = request.headers.getall("Idempotency-Key", [])
    if not given:
        return ""
    key = given[0].strip()
    if len(given) > 1 or not key or len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Problem(400, f"Idempotency-Key is 1 to {LONGEST_KEY} printable ASCII characters, sent once.")
    return key


def _asked(operation: Operation, caller: Caller, call: Call, again: str) -> Asked:
    path = operation.path.format(**call.path)
    return idempotency.asked(caller.key.id, again, operation.method, path, call.body.model_dump_json())


def _tokens(request: web.Request, caller: Caller, again: str) -> tuple[str, ...]:
    """One for each of our secret keys, newest first: after a rotation the old one still leads to what it made."""
    if not again:
        return (new_token(),)
    digests = request.app[WORLD].keys.digests(TOKENS, f"{caller.key.id}\0{again}")
    return tuple(urlsafe_b64encode(bytes.fromhex(digest)[:TOKEN_BYTES]).rstrip(b"=").decode() for digest in digests)
