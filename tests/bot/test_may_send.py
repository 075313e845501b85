"""Hours at the recipient: every zone, both nights when clocks change, each boundary to the second."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.facts.may_send import Asked, Hold, Send, decide
from conversations.effects import Kind
from conversations.policy import ANY_TIME, Policy, Window, open_in_all

ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam", "America/Indiana/Indianapolis",
)  # fmt: skip
POLICY = Policy()
CLOCKS_CHANGE = (date(2026, 3, 8), date(2026, 11, 1))
MOMENTS = st.integers(0, 365 * 86_400).map(lambda second: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second))
PLACES = st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True).map(tuple)


def notice(now: datetime, zones: tuple[str, ...], *, begun: bool = False) -> Asked:
    """A balance notice that nothing but the hours could stop, or something else that we begin."""
    return Asked(
        channel="text",
        kind=Kind.NOTICE,
        message="notice/new",
        ground="consent",
        created_at=now,
        now=now,
        consent="granted",
        notice=not begun,
        balance_cents=100,
        zones=zones,
    )


@given(now=MOMENTS, zones=PLACES, begun=st.booleans())
def test_never_outside_the_window_of_any_zone(now: datetime, zones: tuple[str, ...], begun: bool) -> None:
    window = ANY_TIME if begun else POLICY.notice_hours
    verdict = decide(notice(now, zones, begun=begun), POLICY)
    if isinstance(verdict, Send):
        # Nor may the provider hold it until the window has shut.
        for moment in (now, now + verdict.validity - timedelta(microseconds=1)):
            assert open_in_all(moment, zones, window)
    else:
        assert isinstance(verdict, Hold)
        assert verdict.rule == "hours"
        assert verdict.until > now


@given(now=MOMENTS, zones=PLACES)
def test_what_is_held_goes_when_its_time_comes(now: datetime, zones: tuple[str, ...]) -> None:
    verdict = decide(notice(now, zones), POLICY)
    if isinstance(verdict, Hold) and verdict.until - now < timedelta(days=3):
        assert isinstance(decide(notice(verdict.until, zones), POLICY), Send)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", [*CLOCKS_CHANGE, date(2026, 7, 1)])
@pytest.mark.parametrize("begun, window", [(False, POLICY.notice_hours), (True, ANY_TIME)])
def test_boundaries_to_the_second(zone: str, day: date, begun: bool, window: Window) -> None:
    opens, shuts = (
        datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC) for at in (window.opens, window.shuts)
    )  # fmt: skip
    second = timedelta(seconds=1)
    assert decide(notice(opens - second, (zone,), begun=begun), POLICY) == Hold("hours", opens)
    assert isinstance(decide(notice(opens, (zone,), begun=begun), POLICY), Send)
    for last in (10, 6, 5):
        assert decide(notice(shuts - last * second, (zone,), begun=begun), POLICY) == Send(last * second)
    # With less left than the provider recommends, it waits for the next day.
    assert isinstance(decide(notice(shuts - second, (zone,), begun=begun), POLICY), Hold)
    assert isinstance(decide(notice(shuts, (zone,), begun=begun), POLICY), Hold)


@pytest.mark.parametrize("day", CLOCKS_CHANGE)
def test_all_night_long_when_clocks_change(day: date) -> None:
    start = datetime.combine(day, time(0), ZoneInfo("America/New_York")).astimezone(UTC)
    for minutes in range(0, 8 * 60, 15):
        verdict = decide(notice(start + timedelta(minutes=minutes), ("America/New_York",)), POLICY)
        assert verdict == Hold("hours", datetime.combine(day, time(9), ZoneInfo("America/New_York")).astimezone(UTC))


def test_eastern_number_and_pacific_address() -> None:
    zones = ("America/Los_Angeles", "America/New_York")
    day = date(2026, 5, 6)
    eleven = datetime.combine(day, time(11), ZoneInfo("America/New_York")).astimezone(UTC)
    nine_in_the_evening = datetime.combine(day, time(21), ZoneInfo("America/New_York")).astimezone(UTC)
    assert decide(notice(eleven - timedelta(seconds=1), zones, begun=True), POLICY) == Hold("hours", eleven)
    assert isinstance(decide(notice(nine_in_the_evening - timedelta(minutes=1), zones, begun=True), POLICY), Send)
    assert isinstance(decide(notice(nine_in_the_evening, zones, begun=True), POLICY), Hold)


@given(now=MOMENTS, zones=PLACES, age=st.integers(0, 4000), kind=st.sampled_from([Kind.REPLY, Kind.CODE, Kind.HELP]))
def test_answers_go_at_once_and_for_an_hour(now: datetime, zones: tuple[str, ...], age: int, kind: Kind) -> None:
    asked = replace(
        notice(now, zones), kind=kind, ground="reply", notice=False, ground_at=now - timedelta(seconds=age)
    )  # fmt: skip
    verdict = decide(asked, POLICY)
    assert isinstance(verdict, Send) == (age <= 3600)
    if isinstance(verdict, Send):
        assert timedelta(seconds=1) <= verdict.validity <= max(timedelta(seconds=1), timedelta(seconds=3600 - age))


@given(now=MOMENTS, zones=PLACES, minutes=st.integers(1, 600))
def test_validity_never_outlives_what_it_carries(now: datetime, zones: tuple[str, ...], minutes: int) -> None:
    asked = replace(notice(now, zones), makes_code=True, makes_link=True, expires_at=now + timedelta(minutes=minutes))
    verdict = decide(asked, POLICY)
    if isinstance(verdict, Send):
        assert verdict.validity <= min(timedelta(minutes=10), timedelta(minutes=minutes))
