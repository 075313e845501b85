"""The document is valid, and true: every operation is called as it says and answers as it says."""

from typing import Any

import aiohttp
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from bot.web import keys
from bot.web.api import OPERATIONS
from tests.bot.web.api.program import Program, Reply
from tests.bot.web.api.saved import save_card
from tests.bot.web.api.test_taken import CASH
from tests.bot.web.house import ANA

VALUES = {
    "patient_id": "P1",
    "charge_id": "C9",
    "text": "We called your insurer.",
    "amount_cents": 1000,
    "card_id": "1",
}
IN_PATH = {"payment_id": "CASH-2"}
"""Taken back: not the one that is refunded."""
NOBODY = {"id": "404", "patient_id": "nobody", "payment_id": "nothing"}
CHANGING = {"put", "post"}


class Document:
    """What a program knows that was written from the page alone."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told

    def operations(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [(path, method, one) for path, each in self.told["paths"].items() for method, one in each.items()]

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found

    def body(self, one: dict[str, Any]) -> dict[str, Any]:
        """The required fields, from the examples."""
        schema = self.resolved(one["requestBody"]["content"]["application/json"]["schema"])
        fields = schema.get("properties", {})
        return {name: VALUES.get(name) or fields[name]["examples"][0] for name in schema.get("required", [])}

    def check(self, one: dict[str, Any], reply: Reply) -> None:
        """The status is one it names, and the body has the shape it gives."""
        content = one["responses"][str(reply.status)]["content"]
        kind = reply.headers["Content-Type"].partition(";")[0]
        schema = content[kind]["schema"] | {"components": self.told["components"]}
        OAS31Validator(schema, format_checker=OAS31Validator.FORMAT_CHECKER).validate(reply.body)


async def read(program: Program) -> Document:
    """Nobody needs a key for it."""
    reply = await program.get("/openapi.json", headers={"Authorization": ""})
    assert reply.status == 200
    return Document(reply.body)


async def test_the_document_is_valid_openapi(quick: Program) -> None:
    document = await read(quick)
    assert document.told["openapi"] == "3.1.0"
    assert document.told["servers"] == [{"url": quick.house.url}]
    assert list(OpenAPIV31SpecValidator(document.told).iter_errors()) == []


async def test_every_operation_is_as_it_says(program: Program) -> None:
    document = await read(program)
    await program.house.text("AGENT", ANA)
    for patient in ("P1", "P2"):
        await save_card(program, patient)
    assert len(document.operations()) == len(OPERATIONS)
    await program.post("/payments", CASH | {"payment_id": "CASH-2", "amount_cents": 100})
    made: dict[str, str] = {}
    for path, method, one in document.operations():
        await _walk(program, document, path, method, one, made)


async def _walk(
    program: Program, document: Document, path: str, method: str, one: dict[str, Any], made: dict[str, str]
) -> None:
    """`made`: the ids of what earlier operations made, by their paths."""
    called = path.removeprefix("/api/v1").format(id=made.get(path.partition("/{id}")[0], "1"), **VALUES | IN_PATH)
    body = document.body(one) if "requestBody" in one else None
    given = {} if body is None else {"json": body}
    good = await program.ask(method.upper(), called, **given)
    assert str(good.status) in one["responses"], (path, good.body)
    assert good.status < 300, (path, good.body)
    document.check(one, good)
    if method == "post" and "id" in good.body:
        made[path] = good.body["id"]
    for bad in await _refused(program, path, called, method, body):
        assert bad.status >= 400
        document.check(one, bad)


async def _refused(program: Program, path: str, called: str, method: str, body: Any) -> list[Reply]:
    """Every operation, called wrongly in each way there is."""
    verb, given = method.upper(), {} if body is None else {"json": body}
    replies = [
        await program.ask(verb, called, headers={"Authorization": ""}, **given),
        await program.ask(verb, called + "?surprise=1", **given) if method == "get" else None,
        await program.ask(verb, called, json={"surprise": 1}) if method in CHANGING else None,
        await program.ask(verb, called, data=b"<xml/>", headers={"Content-Type": "text/xml"}) if body else None,
        await program.ask(verb, called, data=b"{", headers={"Content-Type": "application/json"}) if body else None,
        await program.ask(verb, called, data=b" " * 70_000, headers={"Content-Type": "application/json"})
        if body
        else None,
        await program.ask(verb, path.removeprefix("/api/v1").format(**VALUES | NOBODY), **given)
        if "{" in path and method != "put"
        else None,
    ]
    return [reply for reply in replies if reply is not None]


async def test_a_program_written_from_the_page_alone(program: Program) -> None:
    """It finds its calls by their ids, pushes a patient and a charge, and reads the conversation."""
    document = await read(program)
    calls = {one["operationId"]: (method.upper(), path) for path, method, one in document.operations()}

    async def call(name: str, body: Any = None, **values: str) -> Any:
        method, path = calls[name]
        url = document.told["servers"][0]["url"] + path.format(**values)
        auth = {"Authorization": f"Bearer {program.key}"}
        async with aiohttp.ClientSession() as session, session.request(method, url, json=body, headers=auth) as answer:
            assert answer.status < 300
            return await answer.json()

    phone = "+12065550166"
    await call("put_patient", {"first_name": "Bo", "last_name": "Li", "phone": phone}, patient_id="B1")
    bill = {"patient_id": "B1", "service_date": "2026-05-01", "patient_owes_cents": 12000}
    await call("put_charge", bill, charge_id="CB1")
    assert (await call("get_balance", patient_id="B1"))["balance_cents"] == 12000
    assert await program.house.app[keys.LOCAL_TWILIO].text(phone, "+12065550100", "BALANCE") == 200
    (talk,) = [one for one in (await call("get_conversations"))["items"] if one["patient_ids"] == ["B1"]]
    messages = (await call("get_messages", id=talk["id"]))["items"]
    assert (messages[0]["direction"], messages[0]["text"], len(messages)) == ("in", "BALANCE", 2)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_the_document_is_only_read(quick: Program, method: str) -> None:
    assert (await quick.ask(method, "/openapi.json")).status == 405
