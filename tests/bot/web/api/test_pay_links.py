"""Pay links for programs, and what an Idempotency-Key promises."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import tables as t
from bot.store.api_tables import api_answers
from tests.bot.web.api.program import SECRET, Program, Reply, open_program


def _token(reply: Reply) -> str:
    return str(reply.body["url"]).rpartition("/")[2]


ASKED = {"patient_id": "P1", "amount_cents": 4500}


async def test_a_link_asks_whoever_opens_it_for_a_code(program: Program) -> None:
    reply = await program.post("/pay-links", ASKED)
    assert reply.status == 201
    until = program.house.clock() + timedelta(minutes=60)
    assert reply.body["expires_at"] == until.isoformat().replace("+00:00", "Z")
    (link,) = program.house.rows(t.links)
    assert (link.made_by, link.asks_code, link.amount_cents, link.owed_cents) == ("api", True, 4500, 18450)
    page = await program.house.get(reply.body["url"].removeprefix(program.house.url))
    assert page.status == 200
    assert program.audited()[-1][1:] == ("api.post_pay_link", {"patient_id": "P1", "amount_cents": 4500})


@pytest.mark.parametrize("amount", [18451, 1, 0, -5, 2**70, "45.00", 45.0])
async def test_amounts_that_cannot_be_asked_for(quick: Program, amount: object) -> None:
    reply = await quick.post("/pay-links", {"patient_id": "P1", "amount_cents": amount})
    assert (reply.status, list(reply.fields)) == (422, ["amount_cents"])
    assert not quick.house.rows(t.links)


async def test_who_owes_nothing_gets_no_link(quick: Program) -> None:
    reply = await quick.post("/pay-links", {"patient_id": "P3"})
    assert (reply.status, list(reply.fields)) == (422, ["patient_id"])


async def test_sent_again_it_gets_the_same_answer_byte_for_byte(program: Program) -> None:
    first = await program.post("/pay-links", ASKED, again="order-1")
    program.house.clock.forward(minutes=30)
    again = await program.ask(
        "POST",
        "/pay-links",
        data=b'{ "amount_cents": 4500,   "patient_id": "P1" }',
        headers={"Idempotency-Key": "order-1", "Content-Type": "application/json"},
    )
    assert (again.status, again.raw) == (201, first.raw)
    assert len(program.house.rows(t.links)) == 1
    other = await program.post("/pay-links", ASKED, again="order-2")
    assert other.body["url"] != first.body["url"]


async def test_the_answer_that_is_kept_opens_nothing(program: Program) -> None:
    reply = await program.post("/pay-links", ASKED, again="order-1")
    token = _token(reply)
    (kept,) = program.house.rows(api_answers)
    assert token not in str(kept)
    assert "order-1" not in str(kept)


async def test_after_the_secret_key_is_rotated_the_answer_is_the_same(sqlite_url: str, tmp_path: Path) -> None:
    async with open_program(sqlite_url, tmp_path) as before:
        first = await before.post("/pay-links", ASKED, again="order-1")
    secrets = f"a newer key that is long enough to be one,{SECRET}"
    async with open_program(sqlite_url, tmp_path, secrets) as after:
        reply = await replace(after, key=before.key).post("/pay-links", ASKED, again="order-1")
    assert _token(reply) == _token(first)


@pytest.mark.parametrize("body", [{"patient_id": "P2"}, ASKED | {"amount_cents": 4501}])
async def test_another_body_under_the_same_key_is_refused(program: Program, body: dict[str, object]) -> None:
    await program.post("/pay-links", ASKED, again="order-1")
    reply = await program.post("/pay-links", body, again="order-1")
    assert (reply.status, reply.body["type"]) == (422, "urn:paybot:problem:idempotency-key-reused")
    assert len(program.house.rows(t.links)) == 1


async def test_a_refused_request_may_be_corrected_under_its_key(program: Program) -> None:
    assert (await program.post("/pay-links", ASKED | {"amount_cents": 99_999}, again="order-1")).status == 422
    assert not program.house.rows(api_answers)
    assert (await program.post("/pay-links", ASKED, again="order-1")).status == 201


async def test_fifty_at_once_with_one_key_make_one_link(program: Program) -> None:
    replies = await asyncio.gather(*(program.post("/pay-links", ASKED, again="order-1") for _ in range(50)))
    assert {reply.raw for reply in replies} == {replies[0].raw}
    assert {reply.status for reply in replies} == {201}
    assert len(program.house.rows(t.links)) == 1


async def test_keys_of_two_callers_are_two_keys(program: Program) -> None:
    other = program.of_other_practice()
    await other.put("/patients/P1", {"first_name": "Bo", "last_name": "Li"})
    bill = {"patient_id": "P1", "service_date": "2026-05-01", "patient_owes_cents": 5000}
    await other.put("/charges/C1", bill)
    ours = await program.post("/pay-links", ASKED, again="order-1")
    theirs = await other.post("/pay-links", ASKED, again="order-1")
    assert (ours.status, theirs.status) == (201, 201)
    assert ours.body["url"] != theirs.body["url"]


@pytest.mark.parametrize("key", [" ", "x" * 256, "é", "a\tb"])
async def test_keys_that_are_none(quick: Program, key: str) -> None:
    assert (await quick.post("/pay-links", ASKED, headers={"Idempotency-Key": key})).status == 400
