"""Codes: what six digits are worth, and how often they may be tried and sent (NIST SP 800-63B-4, 3.1.3.2)."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from bot.keys import Keys
from bot.store import codes
from bot.store.tables import code_tries
from bot.store.tables import codes as codes_table
from bot.turns.road import take_now
from conversations import effects as e
from conversations.facts import CodeFacts, Verdict
from tests.bot.road.cores import Scripted
from tests.harbor import KEYS, MAIL, NOW, PHONE, Harbor, text

OTHER = "+12065550178"


class Talk:
    """A conversation about codes."""

    def __init__(self, harbor: Harbor, core: Scripted) -> None:
        self.harbor, self.core = harbor, core
        self.ana = harbor.patient("Ana Ruiz", mail=MAIL)
        self._number = 0

    def say(self, words: str, *effects: e.Effect, at: datetime = NOW, phone: str = PHONE) -> CodeFacts:
        self._number += 1
        self.core.effects = effects
        take_now(self.harbor.engine, self.harbor.world, text(words, f"SM{self._number}", at=at, address=phone))
        return self.core.seen[-1].codes

    def order(self, code: str | None = "482913", at: datetime = NOW, phone: str = PHONE) -> int:
        """Order a code; with `code` it is sent at once."""
        self.say("balance", e.SendCode("email", (self.ana,)), at=at, phone=phone)
        code_id: int = self.harbor.all(codes_table)[-1]["id"]
        if code:
            with self.harbor.engine.begin() as conn:
                codes.seal(conn, KEYS, code_id, code, at)
        return code_id


@pytest.fixture
def talk(scripted: Harbor, core: Scripted) -> Talk:
    return Talk(scripted, core)


def test_a_code_is_six_digits_of_any_kind() -> None:
    seen = [codes.new_code() for _ in range(20_000)]
    assert all(len(code) == 6 and code.isdigit() for code in seen)
    firsts = Counter(code[0] for code in seen)
    # Chi square with nine degrees of freedom: 33.7 is passed once in ten thousand runs.
    assert sum((firsts[str(d)] - 2000) ** 2 / 2000 for d in range(10)) < 33.7


def test_no_digits_no_verdict(talk: Talk) -> None:
    talk.order()
    assert talk.say("hello").verdict is None


@pytest.mark.parametrize("words", ["482913", "482 913", "482-913", "my code is 482913 thx", "４８２９１３"])
def test_the_newest_code_is_right(talk: Talk, words: str) -> None:
    talk.order()
    found = talk.say(words)
    assert found.verdict is Verdict.RIGHT
    assert found.open is not None
    assert (found.open.way, found.open.person_ids, found.open.typed, found.open.sent_at) == (
        "email",
        (talk.ana,),
        "thread",
        NOW,
    )


@pytest.mark.parametrize("seconds, verdict", [(599, Verdict.RIGHT), (601, Verdict.EXPIRED)])
def test_ten_minutes_from_when_it_was_sent(talk: Talk, seconds: int, verdict: Verdict) -> None:
    talk.order()
    assert talk.say("482913", at=NOW + timedelta(seconds=seconds)).verdict is verdict


def test_an_older_code_is_told_apart(talk: Talk) -> None:
    talk.order("482913")
    talk.order("730155", at=NOW + timedelta(minutes=1))
    assert talk.say("482913", at=NOW + timedelta(minutes=2)).verdict is Verdict.OLDER
    assert talk.say("730155", at=NOW + timedelta(minutes=2)).verdict is Verdict.RIGHT


def test_a_code_is_good_once(talk: Talk) -> None:
    talk.order()
    talk.say("482913", e.AcceptCode())
    assert talk.say("482913").verdict is Verdict.USED


def test_a_void_code(talk: Talk) -> None:
    talk.order()
    talk.say("STOP", e.VoidCodes())
    assert talk.say("482913").verdict is Verdict.VOID


def test_six_digits_where_no_code_is_open(talk: Talk) -> None:
    assert talk.say("482913").verdict is Verdict.NONE_OPEN
    talk.order(None)
    found = talk.say("482913")
    assert found.verdict is Verdict.NONE_OPEN
    assert found.open is not None
    assert found.open.sent_at is None


def test_a_code_is_bound_to_the_conversation_that_asked(talk: Talk) -> None:
    talk.harbor.patient("Bo Ruiz", phone=OTHER)
    talk.order()
    assert talk.say("482913", phone=OTHER).verdict is Verdict.NONE_OPEN


def test_five_wrong_tries_end_a_code_for_half_an_hour(talk: Talk) -> None:
    talk.order()
    for n in range(5):
        found = talk.say("111111", e.CountWrongTry())
        assert found.verdict is Verdict.WRONG
        assert (found.wrong_today, found.open.wrong_tries if found.open else None, found.blocked_until) == (n, n, None)
    found = talk.say("482913")
    assert (found.verdict, found.open) == (Verdict.VOID, None)
    assert found.blocked_until == NOW + timedelta(minutes=30)
    assert talk.say("hi", at=NOW + timedelta(minutes=30)).blocked_until is None


def test_a_resend_does_not_reset_the_count_and_ten_a_day_is_the_end(talk: Talk) -> None:
    for hour in (0, 1):
        at = NOW + timedelta(hours=hour)
        talk.order(at=at)
        for _ in range(5):
            talk.say("111111", e.CountWrongTry(), at=at)
    later = talk.say("hi", at=NOW + timedelta(hours=2))
    assert later.wrong_today == 10
    assert later.blocked_until == NOW + timedelta(hours=24)
    assert talk.say("hi", at=NOW + timedelta(hours=24, minutes=1)).wrong_today == 5
    assert talk.say("hi", at=NOW + timedelta(hours=24, minutes=1)).blocked_until is None


def test_an_older_code_costs_no_try(talk: Talk) -> None:
    talk.order("482913")
    talk.order("730155")
    talk.say("482913")
    assert talk.harbor.all(code_tries) == []


def test_wrong_tries_elsewhere_lock_nobody_out(talk: Talk) -> None:
    talk.harbor.patient("Bo Ruiz", phone=OTHER, mail=MAIL)
    talk.order()
    for _ in range(5):
        talk.say("111111", e.CountWrongTry())
    assert talk.say("hi", phone=OTHER).blocked_until is None


def test_sends_are_counted_over_all_addresses_of_these_people(talk: Talk) -> None:
    talk.order(at=NOW)
    talk.order(None, at=NOW + timedelta(minutes=1))
    talk.harbor.patient("Bo Ruiz", phone=OTHER)
    with talk.harbor.engine.begin() as conn:
        from bot.store.tables import addresses, person_addresses

        other = conn.scalar(addresses.select().with_only_columns(addresses.c.id).where(addresses.c.address == OTHER))
        conn.execute(person_addresses.insert().values(person_id=talk.ana, address_id=other))
    assert talk.say("hi", phone=OTHER, at=NOW + timedelta(minutes=2)).sent_at == (NOW + timedelta(minutes=1), NOW)
    assert talk.say("hi", at=NOW + timedelta(hours=25)).sent_at == ()


def test_a_code_that_never_left_counts_for_nothing(talk: Talk) -> None:
    talk.order(None)
    talk.say("STOP", e.VoidCodes())
    assert talk.say("hi").sent_at == ()


def test_the_database_alone_does_not_tell_the_code(talk: Talk) -> None:
    talk.order()
    (row,) = talk.harbor.all(codes_table)
    assert "482913" not in str(row)
    digest = row["digest"]
    wrong = Keys(["another key"])
    assert not any(wrong.matches("code", f"{row['id']}:{n:06d}", digest) for n in range(482_000, 483_000))
    assert KEYS.matches("code", f"{row['id']}:482913", digest)


def test_while_a_key_is_rotated_both_open_it(talk: Talk) -> None:
    talk.order()
    (row,) = talk.harbor.all(codes_table)
    rotated = Keys(["new", "a key for tests"])
    assert rotated.matches("code", f"{row['id']}:482913", row["digest"])
    assert rotated.digest("code", "x") != KEYS.digest("code", "x")
    assert rotated.digests("code", "x")[1] == KEYS.digest("code", "x")


def test_a_code_that_is_gone_cannot_be_sent(talk: Talk) -> None:
    with talk.harbor.engine.begin() as conn, pytest.raises(LookupError):
        codes.seal(conn, KEYS, 4711, "482913", NOW)


def test_a_code_is_used_once_even_by_two_at_the_same_time(talk: Talk) -> None:
    code_id = talk.order()
    with talk.harbor.engine.begin() as conn:
        codes.use(conn, [code_id])
    with talk.harbor.engine.begin() as conn, pytest.raises(LookupError):
        codes.use(conn, [code_id])


@pytest.mark.parametrize("secrets", [(), ("",), ("a", "")])
def test_no_key_without_a_secret(secrets: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="secret"):
        Keys(secrets)
