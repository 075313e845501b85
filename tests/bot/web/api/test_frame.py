"""What every call goes through: keys, bodies, refusals, limits."""

import json

import pytest

from bot.store import api_keys
from bot.store.api_tables import api_keys as key_rows
from bot.web.api import REQUESTS_AT_ONCE, WRONG_KEYS_AT_ONCE
from tests.bot.web.api.program import Program

BALANCE = "/patients/P1/balance"
PATIENT = {"first_name": "Ana", "last_name": "Ruiz"}


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer  ", "Basic YTpi", "Bearer paybot_wrong", "Bearer wrong", "Bearer paybot_" + "x" * 4000],
)
async def test_without_a_good_key_there_is_nothing(quick: Program, header: str) -> None:
    reply = await quick.get(BALANCE, headers={"Authorization": header})
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"].startswith('Bearer realm="paybot"')
    assert quick.audited() == []


async def test_a_revoked_key_opens_nothing(program: Program) -> None:
    assert (await program.get(BALANCE)).status == 200
    program.house.write(lambda conn: api_keys.revoke(conn, program.key_id, program.house.clock()))
    assert (await program.get(BALANCE)).status == 401


async def test_keys_rest_as_hashes_and_their_use_is_noted_each_hour(program: Program) -> None:
    await program.get(BALANCE)
    first = program.house.rows(key_rows)[0].used_at
    program.house.clock.forward(minutes=10)
    await program.get(BALANCE)
    assert program.house.rows(key_rows)[0].used_at == first
    program.house.clock.forward(minutes=60)
    await program.get(BALANCE)
    assert program.house.rows(key_rows)[0].used_at > first
    assert program.key not in str(program.house.rows(key_rows))


@pytest.mark.parametrize("path", ["/nothing", "/patients", "/conversations/1/2/3", "/openapi.yaml", "/%FF"])
async def test_unknown_paths_are_problems_too(quick: Program, path: str) -> None:
    assert (await quick.get(path)).status == 404


async def test_another_method_is_told_which_ones_there_are(quick: Program) -> None:
    reply = await quick.ask("DELETE", "/patients/P1", json={})
    assert (reply.status, reply.headers["Allow"]) == (405, "PUT")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"nonsense", b"\xff\xfe", b'{"first_name": "\\ud800"}', b"[" * 60_000, b'{"a": NaN', b"\0"]
)
async def test_what_is_no_json_is_refused_with_the_cause(quick: Program, body: bytes) -> None:
    reply = await quick.ask("PUT", "/patients/P9", data=body, headers={"Content-Type": "application/json"})
    assert reply.status == 400
    assert reply.body["detail"]


@pytest.mark.parametrize("body", ["[]", "null", '"text"', "1", "{}"])
async def test_json_of_another_shape_is_unprocessable(quick: Program, body: str) -> None:
    reply = await quick.ask("PUT", "/patients/P9", data=body, headers={"Content-Type": "application/json"})
    assert reply.status == 422
    assert reply.fields


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""]
)
async def test_only_json_in_utf8_is_read(quick: Program, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    reply = await quick.ask(
        "PUT", "/patients/P9", data=json.dumps(PATIENT).encode(), headers=headers, skip_auto_headers=["Content-Type"]
    )
    assert reply.status == 415


async def test_compressed_and_large_bodies_are_refused(quick: Program) -> None:
    json_type = {"Content-Type": "application/json"}
    packed = await quick.ask("PUT", "/patients/P9", data=b"x", headers=json_type | {"Content-Encoding": "gzip"})
    assert packed.status == 415
    large = await quick.ask("PUT", "/patients/P9", data=b" " * 70_000 + b"{}", headers=json_type)
    assert large.status == 413


async def test_unknown_fields_and_parameters_are_named(quick: Program) -> None:
    reply = await quick.put("/patients/P9", PATIENT | {"fist_name": "Ana", "phone": 5})
    assert reply.fields == {"fist_name": "is not a field of this call", "phone": "Input should be a valid string"}
    assert (await quick.get("/conversations?need_answer=true")).fields == {"need_answer": "is not a field of this call"}
    assert (await quick.get(BALANCE + "?limit=1")).status == 422


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=many", "cursor=abc", "cursor=W10", "needs_answer=perhaps", "cursor=%00"]
)
async def test_parameters_out_of_bounds_are_named(quick: Program, query: str) -> None:
    reply = await quick.get(f"/conversations?{query}")
    assert reply.status == 422
    assert list(reply.fields) == [query.partition("=")[0]]


async def test_a_key_may_ask_for_so_much_and_no_more(quick: Program) -> None:
    statuses = [(await quick.get("/conversations/0")).status for _ in range(REQUESTS_AT_ONCE)]
    assert set(statuses) == {404}
    reply = await quick.get(BALANCE)
    assert (reply.status, reply.headers["Retry-After"]) == (429, "1")
    quick.house.clock.forward(seconds=1)
    assert (await quick.get(BALANCE)).status == 200


async def test_who_tries_keys_is_slowed_down(quick: Program) -> None:
    wrong = {"Authorization": "Bearer paybot_guess"}
    statuses = [(await quick.get(BALANCE, headers=wrong)).status for _ in range(WRONG_KEYS_AT_ONCE + 1)]
    assert statuses == [401] * WRONG_KEYS_AT_ONCE + [429]
    assert (await quick.get(BALANCE)).status == 200, "a good key is not kept out by them"


async def test_another_site_in_a_browser_makes_no_difference(quick: Program) -> None:
    reply = await quick.put(
        "/patients/P9", PATIENT, headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    )
    assert reply.status == 201


async def test_when_the_database_fails_it_is_a_problem_without_details(quick: Program) -> None:
    quick.house.write(lambda conn: conn.exec_driver_sql("ALTER TABLE postings RENAME TO elsewhere"))
    reply = await quick.get(BALANCE)
    assert (reply.status, reply.body["type"]) == (500, "about:blank")
    assert "postings" not in reply.raw.decode()
