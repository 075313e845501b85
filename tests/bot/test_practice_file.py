"""The practice file: what is accepted, what is refused with which key, and that it prints as it reads."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.practice_file import (
    PracticeFileError,
    from_json,
    load_toml,
    parse_practice,
    print_diff,
    to_json,
    to_toml,
    warnings_about,
    words,
)
from bot.sample import PRACTICE

LEAST: dict[str, Any] = {
    "slug": "harbor",
    "name": "Harbor Family Med",
    "phone": "+12065550142",
    "time_zone": "America/Los_Angeles",
}
WHOLE = """
slug = "harbor"
name = "Harbor Family Med"
text_name = "Harbor Family Med"      # opens every text we begin
phone = "+12065550142"
text_numbers = ["+12065550100"]
email = "billing@harbor.example"
website = "https://harbor.example"
address = "1 Pier St, Seattle, WA"
zip = "98101"
time_zone = "America/Los_Angeles"
languages = ["en", "es"]
receipt_prefix = "HFM"
role = "provider"
webhook_url = ""
twilio_account_sid = ""
stripe_account = ""
holidays = ["2026-12-25"]

[office_hours]
mon = "08:00-17:00"

[policy]
partial_payments = true
minimum_payment = "25.00"
show_amount_in_notice = false
notice_hours = "09:00-20:00"
notices_per_day = 1
notices_per_week = 3
days_between_notices = 14
link_minutes = 60
proof_minutes = 30
saved_card_by_text = true
notices_to_minors = "guarantor"
hold_out_percent = 0
attribution_days = 7
birth_date_with_code = false

[policy.plans]
minimum_monthly = "25.00"
installments = 4
installments_with_approval = 4
truth_in_lending = false
discount_percent = 0

[sending]
segments_per_second = 1
segments_per_day = 2000
price_per_segment = "0.0083"
"""


def faults(data: Mapping[str, Any]) -> dict[str, str]:
    with pytest.raises(PracticeFileError) as refused:
        parse_practice(data)
    return {fault.key: fault.reason for fault in refused.value.faults}


def test_the_manual_shows_the_defaults() -> None:
    whole = parse_practice(tomllib.loads(WHOLE))
    least = parse_practice(LEAST)
    assert whole.policy == least.policy
    assert (whole.more, whole.sending) == (least.more, least.sending)
    assert (whole.office.week, whole.languages, whole.role) == (least.office.week, least.languages, least.role)
    assert (least.text_name, least.receipt_prefix) == ("Harbor Family Med", "HFM")


def test_it_is_read_as_the_rest_of_the_program_needs_it() -> None:
    practice = parse_practice(tomllib.loads(WHOLE))
    assert practice.phone_display == "206-555-0142"
    assert practice.holidays == {date(2026, 12, 25)}
    assert practice.policy.minimum_payment_cents == 2500
    assert practice.senders == ("+12065550100",)
    assert practice.office.zone == "America/Los_Angeles"
    assert set(practice.office.week) == {"mon", "tue", "wed", "thu", "fri"}


def test_it_prints_as_it_reads() -> None:
    practice = load_toml(PRACTICE)
    printed = to_toml(practice)
    assert parse_practice(tomllib.loads(printed)) == practice
    assert from_json(to_json(practice)) == practice
    assert to_toml(parse_practice(tomllib.loads(printed))) == printed


@pytest.mark.parametrize(
    "key, value",
    [
        ("slug", "Harbor Med"),
        ("slug", 7),
        ("name", "  "),
        ("name", "two\nlines"),
        ("phone", "206-555-0142"),
        ("phone", "+1206555"),
        ("text_numbers", "+12065550100"),
        ("text_numbers", ["+12065550100", "+12065550100"]),
        ("text_numbers", ["206"]),
        ("messaging_service", "XX123"),
        ("email", "billing"),
        ("website", "harbor.example"),
        ("website", "javascript:alert(1)"),
        ("zip", "9810"),
        ("zip", 98101),
        ("time_zone", "Pacific"),
        ("time_zone", "../etc/passwd"),
        ("time_zone", "America"),
        ("languages", []),
        ("languages", ["fr"]),
        ("receipt_prefix", "hfm!"),
        ("role", "broker"),
        ("webhook_url", "ftp://x.example"),
        ("twilio_account_sid", "12"),
        ("stripe_account", "12"),
        ("holidays", ["2026-02-30"]),
        ("holidays", ["25.12.2026"]),
        ("office_hours", {"mon": "8-5"}),
        ("office_hours", {"mon": "17:00-08:00"}),
        ("office_hours", {"monday": "08:00-17:00"}),
        ("office_hours", "always"),
        ("policy", {"minimum_payment": 25}),
        ("policy", {"minimum_payment": "25"}),
        ("policy", {"minimum_payment": "-25.00"}),
        ("policy", {"minimum_payment": "1e3.00"}),
        ("policy", {"partial_payments": "yes"}),
        ("policy", {"notices_per_day": True}),
        ("policy", {"notices_per_day": -1}),
        ("policy", {"notice_hours": ""}),
        ("policy", {"link_minutes": 0}),
        ("policy", {"notices_to_minors": "everybody"}),
        ("policy", {"plans": {"installments": 6}}),
        ("policy", {"plans": 4}),
        ("sending", {"segments_per_second": 0}),
        ("sending", {"price_per_segment": 0.0083}),
        ("colour", "blue"),
    ],
)
def test_a_bad_value_is_named_with_its_key(key: str, value: Any) -> None:
    found = faults(LEAST | {key: value})
    assert found
    assert all(name == key or name.startswith(f"{key}.") for name in found)
    assert all(reason for reason in found.values())


def test_all_faults_are_told_at_once_with_the_way_out() -> None:
    found = faults({"slug": "A", "nam": "x", "phone": "1", "policy": {"link_minuts": 5}})
    assert set(found) == {"slug", "nam", "phone", "policy.link_minuts", "name", "time_zone"}
    assert "did you mean name?" in found["nam"]
    assert "+12065550142" in found["phone"]


def test_a_collector_can_turn_on_no_texting() -> None:
    assert set(faults(LEAST | {"role": "collector", "text_numbers": ["+12065550100"]})) == {"text_numbers"}
    assert set(faults(LEAST | {"role": "collector", "messaging_service": "MG1"})) == {"messaging_service"}
    assert parse_practice(LEAST | {"role": "collector"}).senders == ()


def test_numbers_or_a_messaging_service_not_both() -> None:
    assert set(faults(LEAST | {"text_numbers": ["+12065550100"], "messaging_service": "MG1"})) == {"messaging_service"}
    assert parse_practice(LEAST | {"messaging_service": "MG1"}).senders == ("MG1",)


def test_more_than_four_installments_need_truth_in_lending() -> None:
    plans = {"installments": 6, "installments_with_approval": 12}
    assert set(faults(LEAST | {"policy": {"plans": plans}})) == {
        "policy.plans.installments",
        "policy.plans.installments_with_approval",
    }
    told = parse_practice(LEAST | {"policy": {"plans": plans | {"truth_in_lending": True}}})
    assert told.policy.plans.installments == 6


def test_what_is_allowed_but_has_a_price_is_a_warning() -> None:
    practice = parse_practice(
        LEAST | {"text_name": "The Harbor Family Medicine Group", "policy": {"notice_hours": "00:00-24:00"}}
    )
    assert [warning.split(":")[0] for warning in warnings_about(practice)] == [
        "text_name",
        "policy.notice_hours",
        "text_numbers",
        "email",
    ]
    assert warnings_about(load_toml(PRACTICE)) == []


def test_hours_may_end_with_the_day_and_a_day_may_be_closed() -> None:
    practice = parse_practice(LEAST | {"office_hours": {"mon": "closed", "sat": "10:00-24:00"}})
    assert "mon" not in practice.office.week
    assert to_json(practice)["office_hours"]["sat"] == "10:00-24:00"


def test_a_difference_is_one_line_for_each_key() -> None:
    before = parse_practice(LEAST)
    after = parse_practice(LEAST | {"policy": {"link_minutes": 30}})
    assert print_diff(before, after) == ["policy.link_minutes: 60 -> 30"]
    assert print_diff(before, before) == []
    assert 'slug: "harbor"' in print_diff(None, before)


@pytest.mark.parametrize(
    "raw, words_expected",
    [
        (b"slug = ", "not TOML"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"slug = 'a'\nslug = 'b'", "not TOML"),
        (b"a = " + b"[" * 5000, "not TOML"),
        (b"# " + b"x" * 1_000_001, "too large"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(tmp_path: Path, raw: bytes, words_expected: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(raw)
    with pytest.raises(PracticeFileError, match=words_expected):
        load_toml(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(PracticeFileError, match="cannot be read"):
        load_toml(tmp_path / "none.toml")


@given(st.integers(0, 10**9))
def test_money_reads_as_it_is_written(cents: int) -> None:
    assert words.money(words.money_words(cents)) == cents


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_and_address_print_as_they_read_or_are_refused(name: str, address: str) -> None:
    try:
        practice = parse_practice(LEAST | {"name": name, "text_name": "Harbor", "address": address})
    except PracticeFileError:
        return
    assert parse_practice(tomllib.loads(to_toml(practice))) == practice


@given(st.dictionaries(st.text(max_size=12), st.one_of(st.none(), st.integers(), st.text(), st.lists(st.integers()))))
def test_nothing_strange_gets_past_as_a_practice(data: dict[str, Any]) -> None:
    with pytest.raises(PracticeFileError):
        parse_practice(data)
