"""Codes that travel two ways: drawn of our key when they are sent, the same both times, and good in one form only."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert

from bot.keys import Keys
from bot.store import codes, page_codes
from bot.store.codes import NewCode
from bot.store.tables import codes as codes_table
from bot.store.tables import outbox
from bot.turns.road import take_now
from conversations import effects as e
from tests.bot.road.cores import Scripted
from tests.harbor import KEYS, MAIL, NOW, Harbor, text

BOTH = e.SendCode("text", (1,), "page", "identity/page_code", both=True, ask_id=7)


@pytest.fixture
def talk(scripted: Harbor, core: Scripted) -> int:
    """A conversation in which nothing was sent yet; its id."""
    scripted.patient("Ana Ruiz", mail=MAIL)
    core.effects = ()
    take_now(scripted.engine, scripted.world, text("hello", "SM1"))
    return 1


def drawn(conn: Connection, talk: int, keys: Keys = KEYS, times: int = 1) -> list[str]:
    """So many codes, each for a form of its own."""
    made: list[str] = []
    for ask in range(1, times + 1):
        code_id = codes.order(conn, [NewCode(1, talk, "text", "page", (1,), NOW, ask)])[talk]
        made.append(page_codes.made(conn, keys, code_id, NOW))
    return made


def test_both_messages_bring_the_same_digits(scripted: Harbor, talk: int) -> None:
    with scripted.engine.begin() as conn:
        (first,) = drawn(conn, talk)
        (made,) = page_codes.of_ask(conn, 1)
        assert page_codes.made(conn, KEYS, made.id, NOW + timedelta(seconds=40)) == first
        (kept,) = page_codes.of_ask(conn, 1)
        assert kept.sent_at == NOW
        assert first not in str(kept)


def test_one_code_row_and_two_messages_come_of_one_effect(scripted: Harbor, core: Scripted, talk: int) -> None:
    core.effects = (BOTH,)
    take_now(scripted.engine, scripted.world, text("balance", "SM2"))
    rows = [(row["channel"], row["code_id"]) for row in scripted.all(outbox)]
    (code,) = scripted.all(codes_table)
    assert sorted(rows) == [("email", code["id"]), ("text", code["id"])]
    assert (code["ask_id"], code["digest"]) == (7, None)


def test_where_there_is_no_mail_the_text_goes_alone(scripted: Harbor, core: Scripted) -> None:
    scripted.patient("Ben Rey")
    core.effects = (BOTH,)
    take_now(scripted.engine, scripted.world, text("balance", "SM2"))
    assert [row["channel"] for row in scripted.all(outbox)] == ["text"]


def test_they_are_as_even_as_any(scripted: Harbor, talk: int) -> None:
    with scripted.engine.begin() as conn:
        seen = drawn(conn, talk, times=2000)
    assert all(len(code) == 6 and code.isdigit() for code in seen)
    assert len(set(seen)) > 1990
    firsts = Counter(code[0] for code in seen)
    # Chi square with nine degrees of freedom: 33.7 is passed once in ten thousand runs.
    assert sum((firsts[str(d)] - 200) ** 2 / 200 for d in range(10)) < 33.7


def test_without_the_key_no_digits_can_be_drawn(scripted: Harbor, talk: int) -> None:
    with scripted.engine.begin() as conn:
        (code,) = drawn(conn, talk)
        (kept,) = page_codes.of_ask(conn, 1)
        other = Keys(["another"])
        assert not any(other.matches(codes.PURPOSE, f"{kept.id}:{n:06d}", kept.digest or "") for n in range(2000))
        assert KEYS.matches(codes.PURPOSE, f"{kept.id}:{code}", kept.digest or "")


def test_a_key_that_is_being_rotated_still_draws_the_same(scripted: Harbor, talk: int) -> None:
    old, both = Keys(["old"]), Keys(["new", "old"])
    with scripted.engine.begin() as conn:
        (code,) = drawn(conn, talk, old)
        (kept,) = page_codes.of_ask(conn, 1)
        assert page_codes.made(conn, both, kept.id, NOW) == code
        with pytest.raises(LookupError):
            page_codes.made(conn, Keys(["new"]), kept.id, NOW)


def test_a_newer_code_of_another_form_takes_nothing_from_this_one(scripted: Harbor, talk: int) -> None:
    with scripted.engine.begin() as conn:
        drawn(conn, talk, times=2)
        (mine,) = page_codes.of_ask(conn, 1)
        assert mine.state == "open"
        assert page_codes.use(conn, mine.id)
        assert not page_codes.use(conn, mine.id)
        codes.void(conn, [talk])
        assert not page_codes.use(conn, 2)


def test_only_texts_for_forms_are_counted(scripted: Harbor, talk: int) -> None:
    with scripted.engine.begin() as conn:
        drawn(conn, talk, times=3)
        plain = {"practice_id": 1, "conversation_id": talk, "way": "text", "typed": "page", "person_ids": [1]}
        conn.execute(insert(codes_table), plain | {"ordered_at": NOW})
        assert page_codes.texted_since(conn, 1, NOW - timedelta(hours=1)) == 3
        assert page_codes.texted_since(conn, 1, NOW) == 0
        assert page_codes.texted_since(conn, 2, NOW - timedelta(hours=1)) == 0
