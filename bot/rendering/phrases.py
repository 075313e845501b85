"""Filters that templates write values with: money, dates in the patient's words, lists of names."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

from conversations.money import dollars

_WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
}
_UNITS = {"en": {"hour": "hour", "minute": "minute"}, "es": {"hour": "hora", "minute": "minuto"}}
_AND = {"en": "and", "es": "y"}


def money(cents: int) -> str:
    """`$1,184.50`"""
    return dollars(cents)


@pass_context
def day(context: Context, value: str) -> str:
    """`05/07`"""
    return f"{_local(context, value):%m/%d}"


@pass_context
def full_day(context: Context, value: str) -> str:
    """`05/07/2026`: on a page there is room for the year."""
    return f"{_local(context, value):%m/%d/%Y}"


@pass_context
def weekday(context: Context, value: str) -> str:
    """`Thu 05/07`, `jue 05/07`"""
    local = _local(context, value)
    return f"{_WEEKDAYS[context['language']][local.weekday()]} {local:%m/%d}"


@pass_context
def hour(context: Context, value: str) -> str:
    """`5 pm`, `10:12 am`"""
    local = _local(context, value)
    if not isinstance(local, datetime):
        raise TypeError("a day has no hour: give a moment")
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes} {'am' if local.hour < 12 else 'pm'}"


@pass_context
def clock(context: Context, value: str) -> str:
    """`5 pm Thu 05/07`, in the office's zone"""
    return f"{hour(context, value)} {weekday(context, value)}"


@pass_context
def the_hour(context: Context, value: str) -> str:
    """`5 pm`, `las 5 pm`, `la 1 pm`: Spanish hours have an article."""
    told = hour(context, value)
    return told if context["language"] != "es" else f"{'la' if re.match('1(:| )', told) else 'las'} {told}"


@pass_context
def the_clock(context: Context, value: str) -> str:
    """`5 pm Thu 05/07`, `las 5 pm del jue 05/07`"""
    of = " del" if context["language"] == "es" else ""
    return f"{the_hour(context, value)}{of} {weekday(context, value)}"


@pass_context
def lasting(context: Context, minutes: int) -> str:
    """`1 hour`, `90 minutes`, `2 horas`"""
    count, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    return f"{count} {_UNITS[context['language']][unit]}{'s' if count > 1 else ''}"


@pass_context
def names(context: Context, value: str | Sequence[str]) -> str:
    """`Ana`, `M.R. and L.R.`, `M.R., L.R. y J.R.`"""
    if isinstance(value, str):
        return value
    *first, last = value
    return f"{', '.join(first)} {_AND[context['language']]} {last}" if first else last


def _local(context: Context, value: str) -> date:
    if len(value) <= len("2026-05-07"):
        return date.fromisoformat(value)
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be told to anybody")
    return moment.astimezone(ZoneInfo(context["practice"].office.zone))


FILTERS: dict[str, Any] = {
    f.__name__: f for f in (money, day, full_day, weekday, hour, clock, the_hour, the_clock, lasting, names)
}
