"""The practice file as a value, and the JSON it is kept as: the keys that people type, every one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from bot.practice_file import words
from conversations.policy import WEEKDAYS, OfficeHours, PlanPolicy, Policy, Window


@dataclass(frozen=True, slots=True)
class MoreChoices:
    """Choices of [policy] that only the shell needs."""

    hold_out_percent: int = 0
    attribution_days: int = 7
    birth_date_with_code: bool = False
    keep_messages_months: int = 24


@dataclass(frozen=True, slots=True)
class Sending:
    """[sending]"""

    segments_per_second: int | float = 1
    segments_per_day: int = 2000
    price_per_segment: str = "0.0083"


@dataclass(frozen=True, slots=True)
class PracticeFile:
    """One practice. Text that was not given is empty."""

    slug: str
    name: str
    text_name: str
    phone: str
    time_zone: str
    office: OfficeHours
    text_numbers: tuple[str, ...] = ()
    messaging_service: str = ""
    email: str = ""
    website: str = ""
    address: str = ""
    zip: str = ""
    languages: tuple[str, ...] = ("en", "es")
    receipt_prefix: str = "R"
    role: str = "provider"
    webhook_url: str = ""
    twilio_account_sid: str = ""
    stripe_account: str = ""
    policy: Policy = field(default_factory=Policy)
    more: MoreChoices = field(default_factory=MoreChoices)
    sending: Sending = field(default_factory=Sending)

    @property
    def senders(self) -> tuple[str, ...]:
        """What we text from: our numbers, or the one messaging service."""
        return (self.messaging_service,) if self.messaging_service else self.text_numbers

    @property
    def phone_display(self) -> str:
        """`206-555-0142`, as the office writes its number in a text."""
        return words.phone_display(self.phone)

    @property
    def holidays(self) -> frozenset[date]:
        """Days on which the office is closed."""
        return self.office.holidays


PLAIN = (
    "slug", "name", "text_name", "phone", "messaging_service", "email", "website", "address", "zip", "time_zone",
    "receipt_prefix", "role", "webhook_url", "twilio_account_sid", "stripe_account",
)  # fmt: skip


def to_json(practice: PracticeFile) -> dict[str, Any]:
    """The keys of the file, defaults filled in: what the database keeps and what is printed."""
    office, policy, more, plans = practice.office, practice.policy, practice.more, practice.policy.plans
    plain = {name: getattr(practice, name) for name in PLAIN}
    return plain | {
        "text_numbers": list(practice.text_numbers),
        "languages": list(practice.languages),
        "holidays": sorted(day.isoformat() for day in office.holidays),
        "office_hours": {day: words.window_words(office.week.get(day)) for day in WEEKDAYS},
        "policy": {
            **{f.name: getattr(policy, f.name) for f in fields(policy) if f.name in POLICY_AS_WRITTEN},
            "minimum_payment": words.money_words(policy.minimum_payment_cents),
            "notice_hours": words.window_words(policy.notice_hours),
            **{f.name: getattr(more, f.name) for f in fields(more)},
            "plans": {
                **{f.name: getattr(plans, f.name) for f in fields(plans) if f.name != "minimum_monthly_cents"},
                "minimum_monthly": words.money_words(plans.minimum_monthly_cents),
            },
        },
        "sending": {f.name: getattr(practice.sending, f.name) for f in fields(practice.sending)},
    }


POLICY_AS_WRITTEN = (
    "partial_payments", "show_amount_in_notice", "notices_per_day", "notices_per_week", "days_between_notices",
    "link_minutes", "proof_minutes", "notices_to_minors", "saved_card_by_text",
)  # fmt: skip


def from_json(kept: Mapping[str, Any]) -> PracticeFile:
    """The way back from `to_json`. It trusts what it reads: only `parse_practice` made it."""
    policy, plans, week = kept["policy"], kept["policy"]["plans"], kept["office_hours"]
    return PracticeFile(
        **{name: kept[name] for name in PLAIN},
        text_numbers=tuple(kept["text_numbers"]),
        languages=tuple(kept["languages"]),
        office=OfficeHours(
            zone=kept["time_zone"],
            week={day: hours for day in WEEKDAYS if (hours := _window(week.get(day, "")))},
            holidays=frozenset(date.fromisoformat(day) for day in kept["holidays"]),
        ),
        policy=Policy(
            minimum_payment_cents=words.money(policy["minimum_payment"]),
            notice_hours=words.window(policy["notice_hours"]),
            plans=PlanPolicy(
                minimum_monthly_cents=words.money(plans["minimum_monthly"]),
                **{f.name: plans[f.name] for f in fields(PlanPolicy) if f.name != "minimum_monthly_cents"},
            ),
            **{name: policy[name] for name in POLICY_AS_WRITTEN},
        ),
        # A file that was kept before a choice was added has its default.
        more=MoreChoices(**{f.name: policy[f.name] for f in fields(MoreChoices) if f.name in policy}),
        sending=Sending(**kept["sending"]),
    )


def _window(written: str) -> Window | None:
    return words.window(written) if written else None
