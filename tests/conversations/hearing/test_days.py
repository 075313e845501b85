"""Days in a patient's own words, in both languages, and the sums beside them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.hearing import Parts, Share, parts

WEDNESDAY = date(2026, 5, 6)


def on(*days: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(f"2026-{day}") for day in days)


@pytest.mark.parametrize(
    "text,day",
    [
        ("friday", "05-08"),
        ("on Fri", "05-08"),
        ("this friday", "05-08"),
        ("next friday", "05-15"),
        ("wednesday", "05-13"),
        ("el viernes", "05-08"),
        ("el proximo viernes", "05-15"),
        ("el miércoles", "05-13"),
        ("tomorrow", "05-07"),
        ("mañana", "05-07"),
        ("pasado mañana", "05-08"),
        ("the day after tomorrow", "05-08"),
        ("today", "05-06"),
        ("hoy", "05-06"),
        ("05/20", "05-20"),
        ("5-20", "05-20"),
        ("5/20/26", "05-20"),
        ("05/20/2026", "05-20"),
        ("Wed 05/20", "05-20"),
        ("friday the 8th", "05-08"),
        ("may 20", "05-20"),
        ("May 20th", "05-20"),
        ("20th of may", "05-20"),
        ("el 20 de mayo", "05-20"),
        ("el 4 de julio", "07-04"),
        ("el dia 4 de julio", "07-04"),
        ("the 4th of july", "07-04"),
        ("the first of june", "06-01"),
        ("jueves 7", "05-07"),
        ("viernes 15", "05-15"),
        ("the 20th", "05-20"),
        ("on the 1st", "06-01"),
        ("on the first", "06-01"),
        ("el 15", "05-15"),
        ("el quince", "05-15"),
        ("el día 1", "06-01"),
        ("el primero", "06-01"),
        ("the 6th", "06-06"),
        ("the 31st", "05-31"),
        ("in two weeks", "05-20"),
        ("in 10 days", "05-16"),
        ("en quince días", "05-21"),
        ("end of the month", "05-31"),
        ("a fin de mes", "05-31"),
        ("la quincena", "05-15"),
        ("5/1", "05-01"),
        ("i cant pay today but friday", "05-08"),
    ],
)
def test_a_day(text: str, day: str) -> None:
    assert parts(text, WEDNESDAY).days == on(day)


@pytest.mark.parametrize(
    "text",
    [
        "soon", "next week", "next month", "later", "2/30", "13/40", "the 50", "por la mañana", "second", "i may pay",
        "24/7", "pay 50", "40 a month", "call me", "$5.20", "visit 99", "el", "the", "hoy no puedo", "the first visit",
    ],
)  # fmt: skip
def test_no_day(text: str) -> None:
    assert parts(text, WEDNESDAY).days == ()


@pytest.mark.parametrize(
    "today,text,day",
    [
        (date(2026, 1, 31), "the 30th", date(2026, 3, 30)),
        (date(2026, 1, 31), "tomorrow", date(2026, 2, 1)),
        (date(2026, 1, 31), "fin de mes", date(2026, 2, 28)),
        (date(2028, 2, 1), "the 29th", date(2028, 2, 29)),
        (date(2026, 12, 28), "1/5", date(2027, 1, 5)),
        (date(2026, 12, 31), "the 1st", date(2027, 1, 1)),
        (date(2026, 5, 9), "next friday", date(2026, 5, 15)),
    ],
)
def test_ends_of_months_and_years(today: date, text: str, day: date) -> None:
    assert parts(text, today).days == (day,)


@pytest.mark.parametrize(
    "text,days,sums,count",
    [
        ("i get paid friday can i do 50 then and the rest on the 20th", ("05-08", "05-20"), (5000, Share.REST), None),
        ("el viernes le doy $50.00 y el resto el 20", ("05-08", "05-20"), (5000, Share.REST), None),
        ("half friday and half on the 20th", ("05-08", "05-20"), (Share.HALF, Share.HALF), None),
        ("fifty dollars on friday", ("05-08",), (5000,), None),
        ("$1,134.50 on 5/20", ("05-20",), (113_450,), None),
        ("i can only do 40 a month", (), (4000,), None),
        ("in 3 payments", (), (), 3),
        ("six monthly payments", (), (), 6),
        ("en 4 mensualidades", (), (), 4),
        ("50 a month for 6 months", (), (5000,), 6),
        ("50 or 60", (), (5000, 6000), None),
        ("c on the 1st", ("06-01",), (), None),
    ],
)
def test_sums_and_days(text: str, days: tuple[str, ...], sums: tuple[int | Share, ...], count: int | None) -> None:
    heard = parts(text, WEDNESDAY)
    assert (heard.days, heard.sums, heard.count) == (on(*days), sums, count)


def test_where_a_day_was_asked_for_a_number_is_one() -> None:
    assert parts("20", WEDNESDAY).sums == (2000,)
    assert parts("20", WEDNESDAY, bare_day=True).days == on("05-20")
    assert parts("move 20", WEDNESDAY, bare_day=True).days == on("05-20")
    assert parts("40", WEDNESDAY, bare_day=True) == Parts((), (4000,), None, ("40",))


@given(st.text(max_size=60), st.dates(date(2020, 1, 1), date(2090, 12, 31)))
def test_no_text_raises(text: str, today: date) -> None:
    assert all(isinstance(day, date) for day in parts(text, today).days)


@given(st.dates(date(2020, 1, 1), date(2090, 12, 31)), st.dates(date(2020, 1, 1), date(2090, 12, 31)))
def test_a_full_date_is_that_day(today: date, day: date) -> None:
    assert parts(f"{day.month}/{day.day}/{day.year}", today).days == (day,)
