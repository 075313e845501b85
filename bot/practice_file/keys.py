"""Every key that a practice file may have, what is accepted there, and its default."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from bot.practice_file import words
from bot.practice_file.words import UnreadableError
from conversations.policy import WEEKDAYS

Read = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Key:
    """How to read one key into what the database keeps; `read` raises UnreadableError with the way out."""

    read: Read
    default: Any = ""


def _text(longest: int = 200, shape: str = "", way_out: str = "") -> Read:
    def read(value: object) -> str:
        if not isinstance(value, str):
            raise UnreadableError("must be text in quotes")
        if any(ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u2028\u2029" or "\ud800" <= c <= "\udfff" for c in value):
            raise UnreadableError("may not hold line breaks or other control characters")
        if len(value) > longest:
            raise UnreadableError(f"is longer than {longest} characters")
        if shape and not re.fullmatch(shape, value):
            raise UnreadableError(way_out)
        return value

    return read


def _filled(longest: int = 200) -> Read:
    read_text = _text(longest)

    def read(value: object) -> str:
        written: str = read_text(value)
        if not written.strip():
            raise UnreadableError("must not be empty")
        return written.strip()

    return read


def _through(reader: Callable[[str], Any], *, empty: bool = False) -> Read:
    """Text that a reader of words accepts; kept as written."""
    read_text = _text()

    def read(value: object) -> str:
        written: str = read_text(value)
        if written or not empty:
            reader(written)
        return written

    return read


def _hours(value: object) -> str:
    return "" if value in ("", "closed") else str(_through(words.window)(value))


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise UnreadableError("must be true or false")
    return value


def _whole(lowest: int, highest: int) -> Read:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise UnreadableError(f"must be a whole number from {lowest} to {highest}")
        return value

    return read


def _rate(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1000:
        raise UnreadableError("must be a number above 0, at most 1000")
    return value


def _price(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,3}\.[0-9]{1,6}", value):
        raise UnreadableError('must be dollars in quotes, like "0.0083"')
    return value if Decimal(value) else "0.0"


def _one_of(*choices: str) -> Read:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise UnreadableError("must be " + " or ".join(f'"{choice}"' for choice in choices))
        return value

    return read


def _several(read_one: Read, *, least: int = 0, most: int = 100) -> Read:
    def read(value: object) -> list[Any]:
        if not isinstance(value, list):
            raise UnreadableError("must be a list in brackets")
        if not least <= len(value) <= most:
            raise UnreadableError(f"must list at least {least}, at most {most}")
        read_all = [read_one(item) for item in value]
        if len(set(read_all)) < len(read_all):
            raise UnreadableError("lists something twice")
        return read_all

    return read


def _url(value: str) -> None:
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
        good = good and "@" not in parts.netloc and " " not in value and value.isprintable()
    except ValueError:
        good = False
    if not good:
        raise UnreadableError("must be a web address like https://harbor.example")


def _email(value: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", value):
        raise UnreadableError("must be a mail address like billing@harbor.example")


SECTIONS = ("office_hours", "policy", "policy.plans", "sending")
REQUIRED = ("slug", "name", "phone", "time_zone")

KEYS: dict[str, Key] = {
    "slug": Key(_text(60, r"[a-z0-9]+(-[a-z0-9]+)*", "must be lower-case letters, digits and single hyphens")),
    "name": Key(_filled(100)),
    "text_name": Key(_filled(60)),
    "phone": Key(_through(words.phone)),
    "text_numbers": Key(_several(_through(words.phone)), []),
    "messaging_service": Key(
        _text(40, r"|MG[0-9A-Za-z]+", "must be the id of a messaging service: MG and what follows")
    ),
    "email": Key(_through(_email, empty=True)),
    "website": Key(_through(_url, empty=True)),
    "address": Key(_text()),
    "zip": Key(_text(10, r"|[0-9]{5}(-[0-9]{4})?", "must be a ZIP code like 98101, in quotes")),
    "time_zone": Key(_through(words.zone)),
    "languages": Key(_several(_one_of("en", "es"), least=1), ["en", "es"]),
    "receipt_prefix": Key(_text(6, r"[A-Z0-9]+", "must be 1 to 6 capital letters or digits")),
    "role": Key(_one_of("provider", "collector"), "provider"),
    "webhook_url": Key(_through(_url, empty=True)),
    "twilio_account_sid": Key(_text(40, r"|AC[0-9A-Za-z]+", "must be the id of an account: AC and what follows")),
    "stripe_account": Key(_text(60, r"|acct_[0-9A-Za-z]+", "must be the id of an account: acct_ and what follows")),
    "holidays": Key(_several(lambda value: words.day(value).isoformat(), most=400), []),
    **{f"office_hours.{day}": Key(_hours, "08:00-17:00" if day in WEEKDAYS[:5] else "") for day in WEEKDAYS},
    "policy.partial_payments": Key(_yes_no, default=True),
    "policy.minimum_payment": Key(_through(words.money), "25.00"),
    "policy.show_amount_in_notice": Key(_yes_no, default=False),
    "policy.notice_hours": Key(_through(words.window), "09:00-20:00"),
    "policy.notices_per_day": Key(_whole(0, 100), 1),
    "policy.notices_per_week": Key(_whole(0, 700), 3),
    "policy.days_between_notices": Key(_whole(0, 365), 14),
    "policy.link_minutes": Key(_whole(1, 1440), 60),
    "policy.proof_minutes": Key(_whole(1, 1440), 30),
    "policy.saved_card_by_text": Key(_yes_no, default=True),
    "policy.notices_to_minors": Key(_one_of("guarantor", "patient"), "guarantor"),
    "policy.hold_out_percent": Key(_whole(0, 100), 0),
    "policy.attribution_days": Key(_whole(1, 365), 7),
    "policy.birth_date_with_code": Key(_yes_no, default=False),
    "policy.keep_messages_months": Key(_whole(1, 1200), 24),
    "policy.plans.minimum_monthly": Key(_through(words.money), "25.00"),
    "policy.plans.installments": Key(_whole(1, 60), 4),
    "policy.plans.installments_with_approval": Key(_whole(1, 60), 4),
    "policy.plans.truth_in_lending": Key(_yes_no, default=False),
    "policy.plans.discount_percent": Key(_whole(0, 100), 0),
    "sending.segments_per_second": Key(_rate, 1),
    "sending.segments_per_day": Key(_whole(1, 100_000_000), 2000),
    "sending.price_per_segment": Key(_price, "0.0083"),
}
