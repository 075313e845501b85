"""The phone in the terminal: what it prints at the end is a script that the tests would accept."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot import sample
from bot.chat import BEGINS, NOBODY, UnknownPatientError, run_chat
from bot.chat.header import apply
from bot.chat.money_facts import cents
from bot.chat.sample import NICKNAMES, header
from bot.chat.world import World, blank
from bot.cli import run
from bot.facts import people as people_facts
from bot.store.engine import make_engine
from bot.store.people import reaches
from bot.store.practices import Practices
from bot.store.schema import create
from bot.store.tables import people
from conversations.facts import Person
from tests.conversations.script import Script

IDS = [row["patient_id"] for row in csv.DictReader((sample.FOLDER / "patients.csv").read_text("utf-8").splitlines())]
TYPED = (
    "balance\n482913\npay\n", "saldo\n1\n/+ 25h\nalto\nhola\n", "agent\n/staff> Hi\n", "",
    "/paid> much\npay\n/+ 99999999999d\n/notice> Zoe\n/given> Zoe, owes 3\nbalance\n",
)  # fmt: skip


def chat(typed: str, patient: str | None = None, language: str | None = None) -> tuple[str, str]:
    """What was said, and the script."""
    told, out = io.StringIO(), io.StringIO()
    run_chat(patient, language, lines=io.StringIO(typed, newline="\n"), out=out, told=told)
    return told.getvalue(), out.getvalue()


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("patient", ["P100", "ben", "P103", "P110", "P113", NOBODY])
def test_the_transcript_is_a_script(tmp_path: Path, patient: str, typed: str) -> None:
    script = tmp_path / "talk.txt"
    script.write_text(chat(typed, patient)[1], encoding="utf-8")
    read = Script.read(script)
    read.play()
    assert not read.difference()


def test_marks_that_would_end_a_line_of_a_script_do_not(tmp_path: Path) -> None:
    script = tmp_path / "talk.txt"
    script.write_text(chat("hi\x0bthere\u2028you\x85all\n\x0c\n\r\nbalance\n")[1], encoding="utf-8")
    read = Script.read(script)
    read.play()
    assert not read.difference()
    assert "> hi there you all\n" in script.read_text(encoding="utf-8")


def world_of(patient: str, language: str | None = None) -> World:
    world = blank(BEGINS)
    for line in header(patient, language, BEGINS):
        apply(world, line)
    return world


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('sample') / 'paybot.db'}")
    create(engine)
    sample.furnish(engine, lambda: BEGINS)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("patient_id", IDS)
def test_everybody_in_the_sample_is_as_the_files_have_them(furnished: Engine, patient_id: str) -> None:
    with furnished.connect() as conn:
        file = Practices().all(conn)[0].file
        own = conn.execute(select(people.c.id, people.c.language).where(people.c.patient_id == patient_id)).one()
        where = min(reaches(conn, {own.id})[own.id], key=lambda one: one.channel != "text")
        circle = people_facts.gather(conn, {where.address_id}, BEGINS)
        theirs = people_facts.persons(circle, where.address_id, file.time_zone, {}, BEGINS, simulated=True)
    world = world_of(patient_id)
    assert [same(group) for group in (world.facts.people, world.facts.family)] == [same(group) for group in theirs]
    assert (world.facts.channel, world.facts.consent) == (where.channel, where.consent)
    assert (world.talk.language, world.facts.zone) == (own.language, file.time_zone)
    assert (world.facts.office, world.facts.policy) == (file.office, file.policy)


def same(group: tuple[Person, ...]) -> list[Person]:
    """In an order, and without the numbers that tell one row from another."""
    return sorted((_bare(one) for one in group), key=lambda one: one.first_name)


def _bare(one: Person) -> Person:
    paid = tuple(replace(payment, id=0) for payment in one.paid_lately)
    return replace(one, id=0, pays_for=(0,) * len(one.pays_for), paid_lately=paid)


def test_the_names_it_had_before_still_stand_for_somebody() -> None:
    assert world_of("ANA") == world_of("p100")
    assert NICKNAMES.keys() | {NOBODY} == {"ana", "ben", "maria", "leo", "nobody"}
    assert world_of("ben").facts.people[0].plan
    assert not world_of("P101").facts.people[0].plan
    assert not world_of(NOBODY).facts.people


def test_it_answers_in_the_language_asked_for_or_in_that_of_the_file() -> None:
    assert "Por su privacidad" in chat("saldo\n", language="es")[0]
    assert "Por su privacidad" in chat("$\nsaldo\n", "P105")[0]


def test_a_code_that_goes_elsewhere_is_shown() -> None:
    assert "mail> Your code is 482913" in chat("balance\n")[0]
    assert "mail> Your code is 482913" in chat("balance\n", "P113")[0]


def test_a_line_that_says_nothing_to_us_changes_nothing() -> None:
    told, script = chat("/fly to the moon\n/+ soon\nbalance\n/quit\nafter the end\n")
    assert "no such line" in told
    assert "no span of time" in told
    assert "after the end" not in script
    assert "moon" not in script


def test_an_unknown_patient_is_wrong_usage_and_the_ids_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UnknownPatientError, match="no such patient"):
        chat("", "Zoe")
    assert run(["chat", "--patient", "P999"]) == 2
    said = capsys.readouterr()
    assert "P100, P101" in said.err
    assert "nobody" in said.err
    assert not said.out


@pytest.mark.parametrize("written, meant", [("60", 6000), ("60.00", 6000), ("$1,250.50", 125050), ("0.05", 5)])
def test_a_sum_may_be_written_without_cents(written: str, meant: int) -> None:
    assert cents(written) == meant


@pytest.mark.parametrize("written", ["60.5", "60.005", "much", ""])
def test_what_is_no_sum_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"cents|invalid literal"):
        cents(written)
