"""Reading a practice file strictly: every fault at once, each with its key and the way out."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.practice_file.keys import KEYS, REQUIRED, SECTIONS
from bot.practice_file.values import PracticeFile, from_json
from conversations.policy import ANY_TIME

LARGEST_FILE = 1_000_000
ONE_SEGMENT_NAME = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, at one key."""

    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.key}: {self.reason}" if self.key else self.reason


class PracticeFileError(ValueError):
    """The practice file cannot be used; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))


def load_toml(path: Path) -> PracticeFile:
    """The practice that the file describes."""
    return parse_practice(_toml(path))


def parse_practice(data: Mapping[str, Any]) -> PracticeFile:
    """The practice that these keys describe, defaults filled in."""
    faults: list[Fault] = []
    given = dict(_flat(data, "", faults))
    kept: dict[str, Any] = {}
    for name, key in KEYS.items():
        try:
            _put(kept, name, key.read(given[name]) if name in given else key.default)
        except ValueError as fault:
            faults.append(Fault(name, str(fault)))
    faults += (Fault(name, "is missing and has no default") for name in REQUIRED if name not in given)
    if not faults:
        _fill(kept, given)
        faults += _contradictions(kept)
    if faults:
        raise PracticeFileError(faults)
    return from_json(kept)


def warnings_about(practice: PracticeFile) -> list[str]:
    """What is allowed but has a price."""
    found = []
    if len(practice.text_name) > ONE_SEGMENT_NAME:
        found.append(f"text_name: longer than {ONE_SEGMENT_NAME} characters, so notices may take two segments")
    hours = practice.policy.notice_hours
    if hours.opens < ANY_TIME.opens or hours.shuts > ANY_TIME.shuts:
        found.append(
            "policy.notice_hours: wider than 08:00-21:00, the hours that the law leaves for messages like ours"
        )
    if practice.role == "provider" and not practice.senders:
        found.append("text_numbers: none, so this practice can send no texts")
    if not practice.email:
        found.append("email: none, so answers to our mail have nowhere to go")
    return found


def _toml(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise PracticeFileError([Fault("", f"{path} is too large to be a practice file")])
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise PracticeFileError([Fault("", f"{path} cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise PracticeFileError([Fault("", f"{path} is not UTF-8 text")]) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PracticeFileError([Fault("", f"{path} is not TOML: {error}")]) from None


def _flat(data: Mapping[str, Any], prefix: str, faults: list[Fault]) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        key = f"{prefix}{name}"
        if key in SECTIONS:
            if isinstance(value, Mapping):
                yield from _flat(value, f"{key}.", faults)
            else:
                faults.append(Fault(key, f"is a section: write [{key}] and its keys below"))
        elif key in KEYS:
            yield key, value
        else:
            faults.append(Fault(key, f"is not a key of a practice file{_nearest(key)}"))


def _nearest(key: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, KEYS, n=1)
    return f"; did you mean {near[0]}?" if near else "; remove it"


def _put(kept: dict[str, Any], name: str, value: object) -> None:
    *sections, last = name.split(".")
    place = kept
    for section in sections:
        place = place.setdefault(section, {})
    place[last] = value


def _fill(kept: dict[str, Any], given: Mapping[str, Any]) -> None:
    if "text_name" not in given:
        kept["text_name"] = kept["name"]
    if "receipt_prefix" not in given:
        initials = "".join(word[0] for word in kept["name"].upper().split() if word[0].isascii() and word[0].isalnum())
        kept["receipt_prefix"] = initials[:6] or "R"


def _contradictions(kept: Mapping[str, Any]) -> Iterator[Fault]:
    if kept["role"] == "collector" and (kept["text_numbers"] or kept["messaging_service"]):
        key = "text_numbers" if kept["text_numbers"] else "messaging_service"
        yield Fault(key, 'texting cannot be turned on for role = "collector"; remove the key, and mail is used')
    if kept["text_numbers"] and kept["messaging_service"]:
        yield Fault("messaging_service", "give either text_numbers or a messaging service, not both")
    plans = kept["policy"]["plans"]
    if plans["installments_with_approval"] < plans["installments"]:
        yield Fault("policy.plans.installments_with_approval", "must be at least policy.plans.installments")
    for name in ("installments", "installments_with_approval"):
        if plans[name] > 4 and not plans["truth_in_lending"]:
            yield Fault(f"policy.plans.{name}", "more than 4 needs truth_in_lending = true (12 CFR 1026.2(a)(17))")
