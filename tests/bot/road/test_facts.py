"""What a turn is told: people on this phone, whom they pay for, what is owed, and nothing that is not theirs."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, update

from bot.facts.people import mask_email, mask_phone, of_age_on
from bot.facts.zones import patient_zones
from bot.store.tables import outbox, payment_holds, payments, person_addresses, practices
from bot.turns.road import take_now
from conversations import effects as e
from conversations.facts import Facts, Visit
from tests.bot.road.cores import Scripted
from tests.harbor import MAIL, NOW, PHONE, Harbor, make_harbor, text

OTHER = "+12065550178"


Gather = Callable[..., Facts]
"""Takes a text, and hands back what its turn was told."""


@pytest.fixture
def facts(scripted: Harbor, core: Scripted) -> Gather:
    numbers = iter(range(1, 100))

    def gathered(words: str = "hi", address: str = PHONE, at: datetime = NOW, *effects: e.Effect) -> Facts:
        core.effects = effects
        take_now(scripted.engine, scripted.world, text(words, f"SM{next(numbers)}", address=address, at=at))
        return core.seen[-1]

    return gathered


def test_the_practice_speaks_for_itself(scripted: Harbor, facts: Gather) -> None:
    found = facts()
    assert (found.practice_name, found.practice_phone, found.channel) == ("Harbor Family Med", "206-555-0142", "text")
    assert (found.office.zone, found.languages, found.now) == ("America/Los_Angeles", ("en", "es"), NOW)
    assert (found.people, found.family, found.consent, found.blocked) == ((), (), "none", False)


def test_a_patient_with_two_visits(scripted: Harbor, facts: Gather) -> None:
    ana = scripted.patient("Ana Ruiz", mail="ana@gmail.example")
    scripted.charge(ana, 12000)
    scripted.charge(ana, 6450, on=date(2026, 4, 2))
    (person,) = facts().people
    assert (person.id, person.first_name, person.initials, person.balance_cents) == (ana, "Ana", "A.R.", 18450)
    assert person.visits == (Visit(date(2026, 3, 14), 12000), Visit(date(2026, 4, 2), 6450))
    assert (person.email, person.phone) == ("a***@g***.example", "**77")
    assert not (person.minor)
    assert not (person.deceased)
    assert not (person.notices_paused)
    assert not (person.guarantor_elsewhere)
    assert not (person.has_plan)
    assert facts().consent == "granted"


def test_a_shared_phone_and_whom_its_people_pay_for(scripted: Harbor, facts: Gather) -> None:
    maria = scripted.patient("Maria R", mail="maria@mail.example", birth_date=date(1980, 1, 1), owes=2000)
    leo = scripted.patient("Leo R", birth_date=date(2017, 1, 1), pays="Maria R", owes=7500)
    jon = scripted.patient("Jon R", birth_date=date(1979, 1, 1), owes=100)
    eva = scripted.patient("Eva R", phone="", birth_date=date(2019, 1, 1), pays="Maria R", owes=50)
    found = facts()
    assert [(p.id, p.minor, p.guarantor_elsewhere, p.pays_for) for p in found.people] == [
        (maria, False, False, (leo, eva)), (leo, True, False, ()), (jon, False, False, ()),
    ]  # fmt: skip
    assert [(p.id, p.balance_cents) for p in found.family] == [(eva, 50)]
    assert [p.balance_cents for p in found.people] == [2000, 7500, 100]


def test_a_childs_own_phone(scripted: Harbor, facts: Gather) -> None:
    scripted.patient("Maria R", phone=OTHER)
    leo = scripted.patient("Leo R", birth_date=date(2010, 1, 1), pays="Maria R", owes=7500)
    found = facts()
    assert [(p.id, p.minor, p.guarantor_elsewhere) for p in found.people] == [(leo, True, True)]
    assert found.family == ()
    assert [p.pays_for for p in facts(address=OTHER).people] == [(leo,)]


@pytest.mark.parametrize("moment, minor", [("2026-05-06 23:59:59", True), ("2026-05-07 00:00:00", False)])
def test_the_guarantor_ends_at_midnight_of_the_eighteenth_birthday(
    scripted: Harbor, facts: Gather, moment: str, minor: bool
) -> None:
    scripted.patient("Maria R", phone=OTHER)
    leo = scripted.patient("Leo R", birth_date=date(2008, 5, 7), pays="Maria R")
    at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("America/Los_Angeles")).astimezone(UTC)
    (person,) = facts(at=at).people
    assert (person.minor, person.guarantor_elsewhere) == (minor, minor)
    assert [p.id for p in facts(address=OTHER, at=at).family] == ([leo] if minor else [])


@pytest.mark.parametrize(
    "born, grown",
    [
        (date(2008, 5, 7), date(2026, 5, 7)),
        (date(2008, 2, 29), date(2026, 3, 1)),
        (date(2004, 2, 29), date(2022, 3, 1)),
    ],
)
def test_eighteenth_birthdays(born: date, grown: date) -> None:
    assert of_age_on(born) == grown


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)))
def test_everybody_comes_of_age(born: date) -> None:
    assert 6573 <= (of_age_on(born) - born).days <= 6575


@pytest.mark.parametrize(
    "columns, shown",
    [
        ({}, True), ({"problem": "landline"}, False), ({"problem": "unreachable"}, False),
        ({"consent": "revoked"}, False), ({"consent": "held"}, False), ({"consent": "none"}, True),
        ({"verified": False}, True), ({"blocked": True}, False),
    ],
)  # fmt: skip
def test_a_phone_that_takes_texts(scripted: Harbor, facts: Gather, columns: dict[str, object], shown: bool) -> None:
    scripted.patient("Ana Ruiz", phone=OTHER)
    scripted.patient("Ana Ruiz", phone=PHONE, patient_id="same person, other file")
    with scripted.engine.begin() as conn:
        conn.execute(update(person_addresses).values(person_id=1))
    scripted.change_address(PHONE, problem="landline")
    if columns:
        scripted.change_address(OTHER, **columns)
    assert [p.phone for p in facts().people] == (["**78"] if shown else [""])


def test_an_unverified_phone_is_texted_by_the_simulator_only(engine: Engine, core: Scripted) -> None:
    real = make_harbor(engine, core, simulated=False)
    real.patient("Ana Ruiz")
    real.change_address(PHONE, verified=False)
    take_now(engine, real.world, text("hi", "SM1"))
    assert [p.phone for p in core.seen[-1].people] == [""]


def test_a_mail_address_that_bounced_is_none(scripted: Harbor, facts: Gather) -> None:
    scripted.patient("Ana Ruiz", mail=MAIL)
    scripted.change_address(MAIL, problem="bounced")
    assert [p.email for p in facts().people] == [""]


def test_the_dead_and_the_paused(scripted: Harbor, facts: Gather) -> None:
    scripted.patient("Ana Ruiz", died="reported")
    scripted.patient("Bo Ruiz", notices_paused_until=NOW + timedelta(days=1), notices_paused_reason="hardship")
    scripted.patient("Cy Ruiz", notices_paused_until=NOW, notices_paused_reason="hardship")
    scripted.patient("Di Ruiz", notices_paused_reason="dispute")
    found = facts().people
    assert [p.deceased for p in found] == [True, False, False, False]
    assert [p.notices_paused for p in found] == [False, True, False, True]


def test_answers_are_counted_and_notices_are_not_answers(scripted: Harbor, facts: Gather) -> None:
    ana = scripted.patient("Ana Ruiz")
    reply, notice = e.Say("x/y"), e.Say("notice/told", kind=e.Kind.NOTICE)
    facts("hi", PHONE, NOW - timedelta(hours=25), reply)
    facts("hi", PHONE, NOW - timedelta(hours=23), reply, notice)
    facts("hi", PHONE, NOW - timedelta(minutes=50), reply)
    facts("hi", PHONE, NOW - timedelta(minutes=9), reply, reply)
    with scripted.engine.begin() as conn:
        conn.execute(update(outbox).where(outbox.c.kind == "notice").values(notice_of=ana))
    found = facts()
    assert (found.answers_lately, found.answers_this_hour, found.answers_today) == (2, 3, 4)
    assert [p.noticed_at for p in found.people] == [NOW - timedelta(hours=23)]


def test_a_payment_in_doubt(scripted: Harbor, facts: Gather) -> None:
    ana = scripted.patient("Ana Ruiz", owes=6000)
    scripted.patient("Bo Ruiz", phone=OTHER, owes=6000)
    with scripted.engine.begin() as conn:
        payment = conn.execute(
            insert(payments)
            .values(
                practice_id=scripted.practice_id, person_ids=[ana], shares={str(ana): 6000}, amount_cents=6000,
                made_at=NOW, owed_cents=6000, processor="sandbox", public_id="pay_1", state="open",
            )
            .returning(payments.c.id)
        ).scalar_one()  # fmt: skip
        conn.execute(insert(payment_holds).values(person_id=ana, payment_id=payment))
    assert not facts().payment_in_doubt
    with scripted.engine.begin() as conn:
        conn.execute(update(payments).values(state="unknown"))
    assert facts().payment_in_doubt
    assert not facts(address=OTHER).payment_in_doubt


def test_practices_know_nothing_of_each_other(scripted: Harbor, core: Scripted, facts: Gather) -> None:
    scripted.patient("Ana Ruiz", owes=500)
    other = make_harbor(scripted.engine, core, slug="bay", name="Bay Clinic", text_numbers=["+12065550111"])
    bo = other.patient("Bo Ruiz", owes=900, consent="revoked")
    assert [p.first_name for p in facts().people] == ["Ana"]
    take_now(other.engine, other.world, text("hi", "OTHER1", ours="+12065550111"))
    assert [(p.id, p.balance_cents) for p in core.seen[-1].people] == [(bo, 900)]
    assert (core.seen[-1].consent, core.seen[-1].practice_name) == ("revoked", "Bay Clinic")
    assert facts().consent == "granted"


def test_a_changed_practice_file_is_noticed(scripted: Harbor, facts: Gather) -> None:
    assert facts().policy.proof_minutes == 30
    with scripted.engine.begin() as conn:
        (row,) = conn.execute(practices.select()).mappings()
        file = dict(row["file"])
        file["policy"] = file["policy"] | {"proof_minutes": 5}
        conn.execute(update(practices).values(file=file, version=2))
    assert facts().policy.proof_minutes == 5


@pytest.mark.parametrize(
    "asked, zones",
    [
        (("America/Denver", "America/Chicago", ["America/New_York"]), ("America/Denver",)),
        ((None, "America/Chicago", ["America/New_York"]), ("America/Chicago", "America/New_York")),
        ((None, "America/New_York", ["America/New_York"]), ("America/New_York",)),
        ((None, None, ["America/Denver", "America/Phoenix"]), ("America/Denver", "America/Phoenix")),
        ((None, None, []), ("America/Los_Angeles",)),
    ],
)
def test_where_a_patient_may_be(asked: Any, zones: tuple[str, ...]) -> None:
    time_zone, zip_zone, number_zones = asked
    assert patient_zones(time_zone, zip_zone, number_zones, "America/Los_Angeles") == zones


def test_dates_in_words_are_the_patients(scripted: Harbor, facts: Gather) -> None:
    scripted.patient("Ana Ruiz", time_zone="America/Denver")
    assert facts().zone == "America/Denver"
    assert facts(address=OTHER).zone == "America/Los_Angeles"


def test_masks_tell_enough_and_no_more() -> None:
    assert mask_email("ana.ruiz@gmail.com") == "a***@g***.com"
    assert mask_email("x@mail.example.co") == "x***@m***.co"
    assert mask_phone("+12065550177") == "**77"
