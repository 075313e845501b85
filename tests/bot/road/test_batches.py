"""What one transaction takes: each event once, in order, its conversation begun where there was none."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from bot.store.tables import addresses, conversations, inbox, outbox, tasks
from bot.turns.road import Arrival, Ended, Taken, take_batch, take_now
from conversations.events import MessageReceived, WaitEnded
from tests.bot.road.cores import PoisonError
from tests.harbor import MAIL, NOW, OTHER_OURS, OURS, PHONE, Harbor, event, text


def take(harbor: Harbor, *arrivals: Arrival) -> list[Taken]:
    with harbor.engine.begin() as conn:
        return take_batch(conn, arrivals, harbor.world)


def heard(harbor: Harbor) -> list[str]:
    return [words for row in harbor.all(conversations) for words in row["kept"]["memory"].get("heard", [])]


def test_a_text_is_kept_answered_and_committed_together(echoing: Harbor) -> None:
    (taken,) = take(echoing, text("hello", "SM1"))
    assert (taken.outcome, taken.woke) == (Ended.ANSWERED, True)
    (kept,) = echoing.all(inbox)
    (sent,) = echoing.all(outbox)
    (talk,) = echoing.all(conversations)
    assert (kept["outcome"], kept["heard"], kept["event"], kept["text"]) == (
        "answered",
        "echo",
        "MessageReceived",
        "hello",
    )
    assert (kept["practice_id"], kept["conversation_id"]) == (echoing.practice_id, talk["id"])
    assert (sent["message"], sent["values"], sent["ground"], sent["ground_id"]) == (
        "idle/echo", {"words": "hello"}, "reply", kept["id"],
    )  # fmt: skip
    assert taken.outbox_ids == (sent["id"],)
    assert taken.inbox_id == kept["id"]
    assert (sent["state"], sent["rank"], sent["text"], sent["due_at"]) == ("queued", 0, None, NOW)
    assert (talk["last_in_at"], talk["state"]) == (NOW, "idle.ready")


def test_the_same_id_is_taken_once(echoing: Harbor) -> None:
    first, second = take(echoing, text("hello", "SM1"), text("hello", "SM1"))
    later = take_now(echoing.engine, echoing.world, text("hello", "SM1", at=NOW + timedelta(days=30)))
    assert [first.outcome, second.outcome, later.outcome] == [Ended.ANSWERED, Ended.DUPLICATE, Ended.DUPLICATE]
    assert heard(echoing) == ["hello"]
    assert (echoing.count(inbox), echoing.count(outbox)) == (1, 1)


def test_the_same_id_of_another_provider_is_another_event(echoing: Harbor) -> None:
    other = Arrival("mail", "SM1", MessageReceived("hello"), NOW, ours=OURS, address=PHONE)
    assert [one.outcome for one in take(echoing, text("hello", "SM1"), other)] == [Ended.ANSWERED, Ended.ANSWERED]


def test_several_events_of_one_conversation_keep_their_order(echoing: Harbor) -> None:
    arrivals = [text(f"word {n}", f"SM{n}") for n in range(5)]
    taken = take(echoing, *arrivals)
    assert heard(echoing) == [f"word {n}" for n in range(5)]
    sent = {row["id"]: row["values"]["words"] for row in echoing.all(outbox)}
    assert [sent[one.outbox_ids[0]] for one in taken] == [f"word {n}" for n in range(5)]


def test_by_its_key_and_by_its_phone_a_conversation_is_the_same(echoing: Harbor) -> None:
    take(echoing, text("first", "SM1"))
    (talk,) = echoing.all(conversations)
    waited = event(WaitEnded("over", "idle.ready", 0), "T1", talk["id"])
    other = text("third", "SM3", address="+12065550178")
    taken = take(echoing, waited, text("second", "SM2"), other)
    assert [one.outcome for one in taken] == [Ended.ANSWERED] * 3
    assert heard(echoing) == ["first", "WaitEnded", "second", "third"]


def test_they_are_answered_from_the_number_they_wrote_to(echoing: Harbor) -> None:
    take(echoing, text("one", "SM1"))
    take(echoing, text("two", "SM2", ours=OTHER_OURS))
    (talk,) = echoing.all(conversations)
    take(echoing, event(WaitEnded("over", "idle.ready", 0), "T1", talk["id"]))
    assert [row["number_id"] for row in echoing.all(outbox)] == [1, 2, 2]


def test_a_phone_that_nobody_knows_gets_a_conversation(echoing: Harbor) -> None:
    take(echoing, text("hi", "SM1", address="+12065550199"))
    (address,) = echoing.all(addresses)
    assert (address["address"], address["channel"], address["consent"]) == ("+12065550199", "text", "none")
    assert echoing.count(conversations) == 1


def test_a_first_word_is_answered_in_the_language_on_file(echoing: Harbor) -> None:
    echoing.patient("Ana Ruiz", language="es")
    take(echoing, text("hi", "SM1"))
    assert [row["language"] for row in echoing.all(outbox)] == ["es"]


def test_a_number_that_no_practice_owns_is_kept(echoing: Harbor) -> None:
    (taken,) = take(echoing, text("hi", "SM1", ours="+19995550100"))
    assert (taken.outcome, taken.reason) == (Ended.SHUNTED, "no practice owns that number")
    (row,) = echoing.all(inbox)
    assert (row["outcome"], row["practice_id"], row["text"]) == ("shunted", None, "hi")
    assert echoing.count(conversations) == 0
    assert take(echoing, text("hi", "SM1", ours="+19995550100"))[0].outcome is Ended.DUPLICATE


def test_a_conversation_that_is_not_there_is_shunted(echoing: Harbor) -> None:
    (taken,) = take(echoing, event(MessageReceived("x"), "E1", 4711))
    assert (taken.outcome, taken.reason) == (Ended.SHUNTED, "no such conversation")


def test_mail_has_a_conversation_of_its_own(echoing: Harbor) -> None:
    mail = Arrival("mail", "M1", MessageReceived("hi"), NOW, channel="email", ours=OURS, address=MAIL)
    take(echoing, text("hi", "SM1"), mail)
    assert [row["channel"] for row in echoing.all(conversations)] == ["text", "email"]
    assert [row["number_id"] is None for row in echoing.all(outbox)] == [False, True]


@pytest.mark.parametrize("words", ["a\0b", "half \ud83d a pair", "ﬁ ä 🏥 ٣"])
def test_whatever_a_text_holds_can_be_kept(echoing: Harbor, words: str) -> None:
    assert take(echoing, text(words, "SM1"))[0].outcome is Ended.ANSWERED
    (row,) = echoing.all(inbox)
    assert row["text"].isprintable()


def test_if_one_fails_none_is_taken(echoing: Harbor) -> None:
    with pytest.raises(PoisonError):
        take(echoing, text("fine", "SM1"), text("POISON", "SM2", address="+12065550178"))
    assert (echoing.count(inbox), echoing.count(outbox), echoing.count(tasks)) == (0, 0, 0)


def test_what_is_prepared_happens_once_and_in_the_same_transaction(echoing: Harbor) -> None:
    take(echoing, text("hello", "SM1"))
    (talk,) = echoing.all(conversations)
    calls: list[int | None] = []

    def prepare(conn: Connection) -> tuple[int, MessageReceived]:
        calls.append(conn.scalar(select(inbox.c.id).where(inbox.c.provider == "sandbox")))
        return talk["id"], MessageReceived("prepared")

    arrival = Arrival("sandbox", "ch_1", None, NOW, prepare=prepare)
    assert [one.outcome for one in take(echoing, arrival, arrival)] == [Ended.ANSWERED, Ended.DUPLICATE]
    assert take(echoing, arrival)[0].outcome is Ended.DUPLICATE
    assert heard(echoing) == ["hello", "prepared"]
    assert calls == [2]


def test_news_for_nobody_is_kept_and_silent(echoing: Harbor) -> None:
    (taken,) = take(echoing, Arrival("sandbox", "ch_1", None, NOW, prepare=lambda _: (None, None)))
    assert (taken.outcome, taken.reason) == (Ended.SILENT, "nothing to tell")
    assert [row["outcome"] for row in echoing.all(inbox)] == ["silent"]


def test_every_arrival_ends_as_one_thing(echoing: Harbor) -> None:
    take(echoing, *(text(f"w{n}", f"SM{n % 7}", address=f"+1206555{n:04d}") for n in range(20)))
    assert echoing.rows(select(inbox.c.id).where(inbox.c.outcome == "open")) == []
    assert echoing.count(inbox) == 7
