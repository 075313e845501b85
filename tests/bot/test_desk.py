"""What the console reads: pieces of long lists and threads, each line once; on both databases."""

from datetime import timedelta

from sqlalchemy import Engine, update

from bot.desk import listing, talk
from bot.desk.patient import patient
from bot.facts.threads import Line
from bot.store import tasks
from bot.store.tables import conversations, outbox
from bot.turns.arrivals import Arrival
from bot.turns.batch import take_now
from conversations.events import MessageReceived
from tests.harbor import NOW, OURS, Harbor, text


def write(harbor: Harbor, phone: str, words: str, minute: int) -> int:
    at = NOW + timedelta(minutes=minute)
    taken = take_now(harbor.engine, harbor.world, text(words, f"{phone}-{minute}", address=phone, at=at))
    assert taken.inbox_id
    return taken.inbox_id


def test_every_conversation_is_listed_once_those_who_wait_first(harbor: Harbor) -> None:
    phones = [f"+1206555{number:04}" for number in range(110)]
    for minute, phone in enumerate(phones):
        write(harbor, phone, "hello", minute)
    with harbor.engine.begin() as conn:
        waits = conversations.c.id % 2 == 0
        conn.execute(update(conversations).where(waits).values(needs_answer_since=conversations.c.last_in_at))
    seen: list[listing.Row] = []
    mark: listing.Mark | None = None
    with harbor.engine.connect() as conn:
        while True:
            piece = listing.listing(conn, harbor.practice_id, "all", None, mark)
            seen += piece.rows
            mark = piece.following
            if mark is None:
                break
            assert len(piece.rows) == listing.PIECE
        waiting = listing.listing(conn, harbor.practice_id, "waiting", "text", None)
        mails = listing.listing(conn, harbor.practice_id, "all", "email", None)
    assert [row.talk.address for row in seen] == [*phones[1::2], *reversed(phones[::2])]
    assert all(row.last for row in seen)
    assert [row.talk.address for row in waiting.rows] == phones[1::2][: listing.PIECE]
    assert mails.rows == ()


def test_a_long_thread_is_read_backwards_without_gap_or_repetition(harbor: Harbor) -> None:
    harbor.patient("Ana Ruiz", phone="+12065550177")
    for minute in range(130):
        take_now(
            harbor.engine,
            harbor.world,
            Arrival("t", str(minute), MessageReceived(f"line {minute}"), NOW + timedelta(hours=minute // 2), ours=OURS,
                    address="+12065550177", text=f"line {minute}"),
        )  # fmt: skip
    seen: list[tuple[str, int]] = []
    before = None
    with harbor.engine.connect() as conn:
        while True:
            found = talk.thread(conn, harbor.practice_id, 1, before)
            assert found
            lines = [one for one in found.items if isinstance(one, Line)]
            seen = [(one.direction, one.id) for one in lines] + seen
            before = found.earlier
            if before is None:
                break
            assert len(lines) == talk.PIECE
    assert len(seen) == len(set(seen))
    assert [row for direction, row in seen if direction == "in"] == list(range(1, 131))
    assert len(seen) == 130 + harbor.count(outbox)


def test_a_patients_books_add_up(harbor: Harbor) -> None:
    mother = harbor.patient("Maria Ruiz", owes=5000, mail="maria@mail.example")
    child = harbor.patient("Leo Ruiz", pays="Maria Ruiz")
    harbor.charge(mother, 2500)
    with harbor.engine.connect() as conn:
        page = patient(conn, harbor.practice_id, mother)
        other = patient(conn, harbor.practice_id, child)
        assert patient(conn, harbor.practice_id + 1, mother) is None
    assert page
    assert other
    assert page.balance_cents == sum(one.remaining_cents for one in page.charges) == 7500
    assert [(one.cents, one.balance_cents) for one in page.history] == [(2500, 7500), (5000, 5000)]
    assert page.pays_for == ((child, "Leo Ruiz"),)
    assert other.paid_by == ((mother, "Maria Ruiz"),)
    assert other.history == ()


def test_a_task_is_finished_by_its_own_practice_once(harbor: Harbor, engine: Engine) -> None:
    with engine.begin() as conn:
        tasks.open_task(conn, kind="refund", opened_at=NOW, practice_id=harbor.practice_id)
        assert not tasks.finish(conn, harbor.practice_id + 1, 1, "staff:1", NOW)
        assert tasks.finish(conn, harbor.practice_id, 1, "staff:1", NOW)
        assert not tasks.finish(conn, harbor.practice_id, 1, "staff:2", NOW)


def test_an_unsent_message_has_no_words_yet(harbor: Harbor, engine: Engine) -> None:
    harbor.patient("Ana Ruiz", phone="+12065550177")
    write(harbor, "+12065550177", "agent", 0)
    with engine.begin() as conn:
        conn.execute(update(outbox).values(state="held", held_by="hours"))
        found = talk.thread(conn, harbor.practice_id, 1)
    assert found
    ours = [one for one in found.items if isinstance(one, Line) and one.direction == "out"]
    assert [(one.text, one.message, one.reason) for one in ours] == [(None, "staff/connecting", "hours")]
