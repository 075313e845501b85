"""The log of conversations, and stepping into one."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.app import ENGINE
from bot.keeping import retention
from bot.store import tables as t
from bot.web import keys
from tests.bot.web.api.program import Program
from tests.bot.web.house import ANA, SHARED


async def ask_for_a_person(program: Program, phone: str = ANA) -> str:
    """The patient texts; the answer is the id of their conversation."""
    program.house.clock.forward(seconds=5)  # our number sends one segment a second
    await program.house.text("AGENT", phone)
    program.house.clock.forward(seconds=5)
    found = (await program.get("/conversations?needs_answer=true")).body["items"]
    return next(str(one["id"]) for one in found if one["address"] == phone)


async def test_who_waits_for_a_person_is_listed(program: Program) -> None:
    await program.house.text("BALANCE", SHARED)
    assert (await program.get("/conversations?needs_answer=true")).body == {"items": [], "next": None}
    key = await ask_for_a_person(program)
    now = (program.house.clock() - timedelta(seconds=5)).isoformat().replace("+00:00", "Z")
    shown = (await program.get(f"/conversations/{key}")).body
    assert shown == {
        "id": key,
        "channel": "text",
        "address": ANA,
        "patient_ids": ["P1"],
        "state": "staff.waiting",
        "needs_answer_since": now,
        "last_at": now,
    }
    every = (await program.get("/conversations")).body["items"]
    assert shown in every
    assert sorted(one["address"] for one in every if one["channel"] == "text") == sorted([ANA, SHARED])
    others = (await program.get("/conversations?needs_answer=false")).body["items"]
    assert shown not in others


async def test_messages_are_read_oldest_first_in_pieces(program: Program) -> None:
    key = await ask_for_a_person(program)
    for words in ("my card is 4111 1111 1111 1111", "hello?", "are you there"):
        program.house.clock.forward(seconds=5)
        await program.house.app[keys.LOCAL_TWILIO].text(ANA, "+12065550100", words)
    whole = (await program.get(f"/conversations/{key}/messages")).body
    assert whole["next"] is None
    first, answer = whole["items"][:2]
    assert (first["direction"], first["text"], first["outcome"]) == ("in", "AGENT", "answered")
    assert (first["state"], first["heard"]) == (None, "staff.asked")
    assert (answer["direction"], answer["outcome"], answer["heard"]) == ("out", None, None)
    assert "4111" not in str(whole)
    pieces: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        path = f"/conversations/{key}/messages?limit=2" + (f"&cursor={cursor}" if cursor else "")
        piece = (await program.get(path)).body
        assert len(piece["items"]) <= 2
        pieces += piece["items"]
        cursor = piece["next"]
    assert [one["id"] for one in pieces] == [one["id"] for one in whole["items"]]


async def test_the_list_is_walked_without_gaps_or_repeats(program: Program) -> None:
    def add(conn: Connection) -> None:
        for n in range(25):
            address = {"practice_id": 1, "channel": "text", "address": f"+1206555{n:04}"}
            made = conn.execute(t.addresses.insert().returning(t.addresses.c.id), address).scalar_one()
            row = {"practice_id": 1, "address_id": made, "channel": "text", "kept": {}}
            at = program.house.clock() if n % 3 else None  # many of the same moment, some without one
            conn.execute(t.conversations.insert(), row | {"last_in_at": at, "needs_answer_since": at})

    program.house.write(add)
    for query, count in (("", 25), ("&needs_answer=true", 16), ("&needs_answer=false", 9)):
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            piece = (await program.get(f"/conversations?limit=4{query}" + (f"&cursor={cursor}" if cursor else ""))).body
            seen += [one["id"] for one in piece["items"]]
            cursor = piece["next"]
        assert len(seen) == len(set(seen)) == count


async def test_a_cursor_belongs_to_its_list(program: Program) -> None:
    await program.house.text("BALANCE")
    program.house.clock.forward(seconds=5)
    await program.house.text("BALANCE", SHARED)
    cursor = (await program.get("/conversations?limit=1")).body["next"]
    assert (await program.get(f"/conversations?needs_answer=true&cursor={cursor}")).fields == {
        "cursor": "is not a cursor of this list"
    }


async def test_an_answer_takes_the_thread_and_reaches_the_phone(program: Program) -> None:
    key = await ask_for_a_person(program)
    said = "We called your insurer.\nThey pay $20.00 more."
    reply = await program.post(f"/conversations/{key}/answer", {"text": said}, again="a-1")
    assert (reply.status, reply.body["direction"], reply.body["text"]) == (201, "out", said)
    assert reply.body["state"] in {"queued", "held"}
    again = await program.post(f"/conversations/{key}/answer", {"text": said}, again="a-1")
    assert again.raw == reply.raw
    await program.house.until(lambda: "insurer" in program.house.said())
    assert program.house.said().count("insurer") == 1
    shown = (await program.get(f"/conversations/{key}")).body
    assert (shown["state"], shown["needs_answer_since"]) == ("staff.talking", None)
    program.house.clock.forward(seconds=5)
    await program.house.app[keys.LOCAL_TWILIO].text(ANA, "+12065550100", "BALANCE")
    last = (await program.get(f"/conversations/{key}/messages")).body["items"][-1]
    assert (last["text"], last["outcome"], last["reason"]) == ("BALANCE", "staff", "staff_own_the_thread")
    program.house.clock.forward(seconds=5)
    released = await program.post(f"/conversations/{key}/release")
    assert (released.status, released.body["state"]) == (201, "idle.ready")
    await program.house.until(lambda: "closed" in program.house.said())


async def test_taking_makes_the_bot_silent(program: Program) -> None:
    await program.house.text("BALANCE")
    (shown,) = (await program.get("/conversations?limit=1")).body["items"]
    taken = await program.post(f"/conversations/{shown['id']}/take", {})
    assert (taken.status, taken.body["state"]) == (201, "staff.talking")
    what = [(row.provider, row.event) for row in program.house.rows(t.inbox, t.inbox.c.provider == "staff")]
    assert what == [("staff", "StaffTook")]
    assert (await program.post(f"/conversations/{shown['id']}/take")).status == 201


async def test_the_same_answer_from_many_hands_with_one_key_is_sent_once(program: Program) -> None:
    key = await ask_for_a_person(program)
    path = f"/conversations/{key}/answer"
    replies = await asyncio.gather(*(program.post(path, {"text": "Hello Ana"}, again="a-1") for _ in range(30)))
    assert len({reply.raw for reply in replies}) == 1
    words = [row for row in program.house.rows(t.outbox) if row.message == "staff/words"]
    assert len(words) == 1


@pytest.mark.parametrize(
    "columns, reason",
    [({"consent": "revoked"}, "opted_out"), ({"consent": "held"}, "held"), ({"blocked": True}, "wrong_number")],
)
async def test_who_may_not_be_written_to_is_not(program: Program, columns: dict[str, Any], reason: str) -> None:
    key = await ask_for_a_person(program)
    await program.house.delivered()
    mine = t.addresses.c.address == ANA
    program.house.write(lambda conn: conn.execute(update(t.addresses).where(mine).values(columns)))
    before = program.house.rows(t.outbox), program.house.rows(t.inbox), program.house.rows(t.conversations)
    reply = await program.post(f"/conversations/{key}/answer", {"text": "Hello Ana"}, again="a-1")
    assert (reply.status, reply.body["reason"]) == (409, reason)
    assert before == (program.house.rows(t.outbox), program.house.rows(t.inbox), program.house.rows(t.conversations))
    program.house.write(
        lambda conn: conn.execute(update(t.addresses).where(mine).values(consent="granted", blocked=False))
    )
    assert (await program.post(f"/conversations/{key}/answer", {"text": "Hello Ana"}, again="a-1")).status == 201


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "pay with 4111 1111 1111 1111", "x" * 1601, 5, None])
async def test_answers_that_cannot_be_sent(quick: Program, text: object) -> None:
    key = await ask_for_a_person(quick)
    reply = await quick.post(f"/conversations/{key}/answer", {"text": text})
    assert (reply.status, list(reply.fields)) == (422, ["text"])


async def test_hostile_words_are_only_words(program: Program) -> None:
    key = await ask_for_a_person(program)
    said = "{{ practice.phone }} {link} {code} <b>'; DROP TABLE outbox;--"
    reply = await program.post(f"/conversations/{key}/answer", {"text": said})
    assert (reply.status, reply.body["text"]) == (201, said)
    await program.house.until(lambda: "DROP TABLE" in program.house.said())
    assert "{{ practice.phone }}" in program.house.said()


@pytest.mark.parametrize("key", ["0", "-1", "1e3", "１", "99999", str(2**63), "9" * 40, "x", "%00"])
async def test_conversations_that_are_none(quick: Program, key: str) -> None:
    assert (await quick.get(f"/conversations/{key}")).status == 404
    assert (await quick.get(f"/conversations/{key}/messages")).status == 404
    for act in ("take", "release"):
        assert (await quick.post(f"/conversations/{key}/{act}")).status == 404


async def test_another_practice_sees_and_does_nothing(program: Program) -> None:
    key = await ask_for_a_person(program)
    await program.house.delivered()
    other = program.of_other_practice()
    before = program.house.rows(t.conversations)
    assert (await other.get("/conversations")).body["items"] == []
    for path in (f"/conversations/{key}", f"/conversations/{key}/messages"):
        assert (await other.get(path)).status == 404
    for act, body in (("take", None), ("release", None), ("answer", {"text": "Hello"})):
        assert (await other.post(f"/conversations/{key}/{act}", body)).status == 404
    assert program.house.rows(t.conversations) == before
    assert [who for who, _, _ in program.audited()].count("apikey:2") == 1


async def test_whoever_reads_a_conversation_is_in_the_audit_first(program: Program) -> None:
    key = await ask_for_a_person(program)
    done = len(program.audited())
    await program.get("/conversations")
    await program.get(f"/conversations/{key}")
    await program.get(f"/conversations/{key}/messages")
    ids = [row.id for row in program.house.rows(t.conversations)]
    listed, one, read = program.audited()[done:]
    assert (listed[1], sorted(listed[2]["conversation_ids"])) == ("api.get_conversations", ids)
    assert one[1:] == ("api.get_conversation", {"conversation_id": int(key)})
    assert read[1] == "api.get_messages"
    assert read[2]["conversation_id"] == int(key)


async def test_without_an_audit_row_nothing_is_shown(quick: Program) -> None:
    key = await ask_for_a_person(quick)
    quick.house.write(lambda conn: conn.exec_driver_sql("ALTER TABLE audit RENAME TO elsewhere"))
    reply = await quick.get(f"/conversations/{key}/messages")
    assert reply.status == 500
    assert "AGENT" not in reply.raw.decode()


async def test_what_was_purged_is_listed_without_its_words(program: Program) -> None:
    key = await ask_for_a_person(program)
    await program.post(f"/conversations/{key}/answer", {"text": "Hello Ana"})
    await program.house.until(lambda: {row.state for row in program.house.rows(t.outbox)} == {"delivered"})
    program.house.clock.forward(days=800)
    retention.purge(program.house.app[ENGINE], program.house.clock())
    items = (await program.get(f"/conversations/{key}/messages")).body["items"]
    assert [one["text"] for one in items] == ["", None, None]
