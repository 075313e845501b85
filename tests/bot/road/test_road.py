"""The road in one process: many at once, the broken one alone, and the truth when the database is away."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Connection, event
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.clock import utc_now
from bot.store.tables import conversations, inbox, outbox, tasks
from bot.turns.road import Answer, Ended, Road, Waiting
from tests.bot.road.cores import echo, sleepy, slow_echo
from tests.harbor import Harbor, text

CUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()"""

REFUSED_AT_THE_END = """
CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$ LANGUAGE plpgsql;
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON inbox DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION refuse()"""


@asynccontextmanager
async def road_of(harbor: Harbor, lanes: int = 1) -> AsyncIterator[Road]:
    road = Road(harbor.engine, harbor.world, utc_now, lanes)
    road.start()
    try:
        yield road
    finally:
        await road.close()


def heard_by_talk(harbor: Harbor) -> list[list[str]]:
    return [row["kept"]["memory"]["heard"] for row in harbor.all(conversations)]


async def test_a_hundred_deliveries_of_one_text_are_one(echoing: Harbor) -> None:
    async with road_of(echoing, lanes=3) as road:
        taken = await asyncio.gather(*(road.take(text("hello", "SM1")) for _ in range(100)))
    assert sorted(one.outcome for one in taken) == ["answered"] + ["duplicate"] * 99
    assert heard_by_talk(echoing) == [["hello"]]
    assert echoing.count(outbox) == 1


async def test_those_that_wait_are_taken_in_batches_and_in_order(echoing: Harbor) -> None:
    sizes: list[int] = []
    async with road_of(echoing) as road:
        (lane,) = road._lanes
        release = lane._release

        def counting(batch: list[Waiting], answers: list[Answer]) -> None:
            sizes.append(len(batch))
            release(batch, answers)

        lane._release = counting
        phones = [f"+1206555{n:04d}" for n in range(100)]
        arrivals = [
            text(f"word {turn}", f"SM{turn}-{n}", address=phone) for turn in range(3) for n, phone in enumerate(phones)
        ]
        await asyncio.gather(*map(road.take, arrivals))
    assert max(sizes) <= 64
    assert len(sizes) < 40
    assert heard_by_talk(echoing) == [["word 0", "word 1", "word 2"]] * 100


async def test_a_broken_event_harms_nobody(echoing: Harbor) -> None:
    async with road_of(echoing) as road:
        words = ["fine"] * 30
        words[17] = "POISON"
        taken = await asyncio.gather(
            *(road.take(text(word, f"SM{n}", address=f"+1206555{n:04d}")) for n, word in enumerate(words))
        )
        again = await road.take(text("POISON", "SM17", address="+12065550017"))
    assert [one.outcome for one in taken] == [Ended.SHUNTED if word == "POISON" else Ended.ANSWERED for word in words]
    assert again.outcome is Ended.DUPLICATE
    (row,) = [row for row in echoing.all(inbox) if row["outcome"] == "shunted"]
    assert (row["text"], row["reason"]) == ("POISON", "the turn failed: PoisonError")
    (task,) = echoing.all(tasks)
    assert (task["kind"], task["inbox_id"], task["practice_id"]) == ("shunted", row["id"], echoing.practice_id)
    assert echoing.count(outbox) == 29


async def test_the_conversation_goes_on_after_a_broken_event(echoing: Harbor) -> None:
    async with road_of(echoing) as road:
        taken = [await road.take(text(word, f"SM{n}")) for n, word in enumerate(("one", "POISON", "two"))]
    assert [one.outcome for one in taken] == [Ended.ANSWERED, Ended.SHUNTED, Ended.ANSWERED]
    assert heard_by_talk(echoing) == [["one", "two"]]
    (task,) = echoing.all(tasks)
    assert task["conversation_id"] is not None


async def test_when_nothing_can_be_kept_the_door_hears_of_it(echoing: Harbor) -> None:
    with echoing.engine.begin() as conn:
        conn.execute(sql("ALTER TABLE inbox RENAME TO inbox_away"))
    async with road_of(echoing) as road:
        with pytest.raises(Exception, match="inbox"):
            await road.take(text("hello", "SM1"))
        with echoing.engine.begin() as conn:
            conn.execute(sql("ALTER TABLE inbox_away RENAME TO inbox"))
        assert (await road.take(text("hello", "SM1"))).outcome is Ended.ANSWERED
    assert echoing.count(inbox) == 1


async def test_what_an_answer_needs_is_made_ready_once_for_each(echoing: Harbor) -> None:
    made: list[str] = []

    async def ready() -> None:
        made.append("ready")

    async with road_of(echoing) as road:
        arrivals = [text(word, f"SM{n}", address=f"+1206555{n:04d}") for n, word in enumerate(("one", "POISON", "two"))]
        taken = await asyncio.gather(*(road.take(one, meanwhile=ready) for one in arrivals))
    assert [one.outcome for one in taken] == [Ended.ANSWERED, Ended.SHUNTED, Ended.ANSWERED]
    assert made == ["ready"] * 3


@contextmanager
def no_commits(harbor: Harbor) -> Iterator[None]:
    """Whatever is put into the inbox is refused at the very end."""
    if harbor.engine.dialect.name == "postgresql":
        with harbor.engine.begin() as conn:
            conn.exec_driver_sql(REFUSED_AT_THE_END)
        yield
        with harbor.engine.begin() as conn:
            conn.exec_driver_sql("DROP TRIGGER refuse ON inbox")
        return
    event.listen(harbor.engine, "commit", fail)
    yield
    event.remove(harbor.engine, "commit", fail)


def fail(_: Connection) -> None:
    raise OperationalError("COMMIT", None, ConnectionError("gone"))


async def test_a_commit_that_fails_is_an_error_however_much_was_made_ready(echoing: Harbor) -> None:
    made: list[str] = []

    async def ready() -> None:
        made.append("ready")

    async with road_of(echoing) as road:
        await road.take(text("before", "SM0"))
        with no_commits(echoing), pytest.raises(DBAPIError):
            await road.take(text("hello", "SM1"), meanwhile=ready)
        assert echoing.count(inbox) == 1
        assert (await road.take(text("hello", "SM1"), meanwhile=ready)).outcome is Ended.ANSWERED
    assert made == ["ready"] * 2
    assert heard_by_talk(echoing) == [["before", "hello"]]


async def test_a_line_that_fails_as_it_opens_is_closed(echoing: Harbor) -> None:
    async with road_of(echoing) as road:
        event.listen(echoing.engine, "commit", fail)
        with pytest.raises(OperationalError):
            await road.take(text("hello", "SM1"))
        event.remove(echoing.engine, "commit", fail)
        assert (await road.take(text("hello", "SM1"))).outcome is Ended.ANSWERED


async def test_a_line_that_was_cut_is_opened_again(postgres_url: str, echoing: Harbor) -> None:
    if echoing.engine.dialect.name != "postgresql":
        return
    async with road_of(echoing) as road:
        await road.take(text("one", "SM1"))
        with echoing.engine.connect() as conn:
            conn.execute(sql(CUT))
        assert (await road.take(text("two", "SM2"))).outcome is Ended.ANSWERED
    assert heard_by_talk(echoing) == [["one", "two"]]


async def test_a_database_that_is_away_raises_and_keeps_nothing(echoing: Harbor) -> None:
    class AwayPractices:
        def by_number(self, *_: object) -> None:
            raise OperationalError("SELECT 1", None, ConnectionError("gone"))

    world = replace(echoing.world, practices=AwayPractices())  # type: ignore[arg-type]
    async with road_of(replace(echoing, world=world)) as road:
        with pytest.raises(OperationalError):
            await road.take(text("hello", "SM1"))
    assert echoing.count(inbox) == 0


@pytest.mark.parametrize("core, calls", [(echo, 1), (sleepy, 1)])
async def test_the_sender_is_woken_after_the_commit(echoing: Harbor, core: Callable[..., object], calls: int) -> None:
    world = replace(echoing.world, advance=core)  # type: ignore[arg-type]
    woken: list[int] = []
    async with road_of(replace(echoing, world=world)) as road:
        road.on_outbox.append(lambda: woken.append(echoing.count(inbox)))
        await road.take(text("hello", "SM1"))
    assert woken == [1] * calls


async def test_an_answer_that_nobody_waits_for_is_committed_all_the_same(echoing: Harbor) -> None:
    async with road_of(echoing) as road:
        impatient = asyncio.create_task(road.take(text("hello", "SM1")))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.gather(impatient, return_exceptions=True)
    assert heard_by_talk(echoing) == [["hello"]]


async def test_other_work_gets_its_turn_beside_the_arrivals(echoing: Harbor) -> None:
    async with road_of(echoing) as road:
        arrivals = [asyncio.create_task(road.take(text(f"w{n}", f"SM{n}"))) for n in range(20)]
        seen = await road.writer.run(lambda conn: conn.scalar(sql("SELECT count(*) FROM inbox")))
        await asyncio.gather(*arrivals)
    assert seen < 20


async def test_what_had_arrived_is_taken_before_the_end(echoing: Harbor) -> None:
    async with road_of(echoing) as road:
        waiting = [asyncio.create_task(road.take(text(f"w{n}", f"SM{n}"))) for n in range(10)]
        await asyncio.sleep(0)
    assert [one.outcome for one in await asyncio.gather(*waiting)] == [Ended.ANSWERED] * 10


async def test_lanes_keep_each_conversation_in_order(echoing: Harbor) -> None:
    world = replace(echoing.world, advance=slow_echo)
    many = replace(echoing, world=world)
    phones = [f"+1206555{n:04d}" for n in range(5)]
    async with road_of(many, lanes=4) as road:
        arrivals = [
            text(f"{turn}", f"SM{turn}-{n}", address=phone) for turn in range(20) for n, phone in enumerate(phones)
        ]
        await asyncio.gather(*map(road.take, arrivals))
    assert heard_by_talk(echoing) == [[str(turn) for turn in range(20)]] * 5


async def test_a_road_that_is_closed_says_so(echoing: Harbor) -> None:
    async with road_of(echoing) as road:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        await road.take(text("late", "SM1"))
