"""The facts that a talk begins with, in words: clock, patients, practice, and how the talk stands."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat.money_facts import cents, money_fact, money_policy
from bot.chat.world import World
from conversations.policy import OfficeHours, Window
from conversations.turn import Owner, Person, Proof, Visit


class ScriptError(ValueError):
    """A line that says nothing to us."""


AGO = re.compile(r"noticed (\d+) days? ago")
HOURS = re.compile(r"hours (\w{3}) (\d\d:\d\d)-(\d\d:\d\d)")


def apply(world: World, line: str) -> None:
    """One header line. Blank lines and stories say nothing."""
    key, _, rest = line.partition(": ")
    facts = [part.strip() for part in rest.split(",")]
    match key:
        case "clock":
            _clock(world, rest)
        case "patient":
            _patient(world, facts)
        case "practice":
            for fact in facts:
                _practice(world, fact)
        case "talk":
            for fact in facts:
                _talk(world, fact)
        case _:
            pass


def change(world: World, line: str) -> None:
    """In the middle of a talk a fact changes: `given> Ana Ruiz, owes 40.00` or `given> practice: full payment only`."""
    if line.startswith(("practice: ", "talk: ")):
        return apply(world, line)
    facts = [part.strip() for part in line.split(",")]
    everybody = (*world.facts.people, *world.facts.family)
    person = named(everybody, facts[0].partition(" ")[0])
    if any(fact.startswith(("owes", "visit")) for fact in facts):
        person = replace(person, balance_cents=0, visits=())
    _put(world, _with(world, person, facts[1:]))
    return None


def named(people: Iterable[Person], first_name: str) -> Person:
    """Whom a line names."""
    for person in people:
        if person.first_name == first_name:
            return person
    raise ScriptError(f"nobody in this talk is called {first_name!r}")


def _clock(world: World, rest: str) -> None:
    day, hour, zone = rest.split()
    local = datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=ZoneInfo(zone))
    office = replace(world.facts.office, zone=zone)
    world.facts = replace(world.facts, now=local.astimezone(UTC), zone=zone, office=office)


def _patient(world: World, facts: list[str]) -> None:
    names = facts[0].split()
    number = len(world.facts.people) + len(world.facts.family) + 1
    initials = "".join(f"{name[0]}." for name in names)
    person = Person(number, names[0], initials, phone="**77", last_name=" ".join(names[1:]))
    if world.facts.consent == "none" and "no consent" not in facts and not world.facts.people:
        world.facts = replace(world.facts, consent="granted")
    if "elsewhere" in facts:
        world.facts = replace(world.facts, family=(*world.facts.family, person))
    else:
        world.facts = replace(world.facts, people=(*world.facts.people, person))
    _put(world, _with(world, person, facts[1:]))


def _put(world: World, person: Person) -> None:
    people = tuple(person if p.id == person.id else p for p in world.facts.people)
    family = tuple(person if p.id == person.id else p for p in world.facts.family)
    world.facts = replace(world.facts, people=people, family=family)


def _with(world: World, person: Person, facts: list[str]) -> Person:
    for fact in facts:
        person = _fact(world, person, fact)
    return person


SIMPLE: dict[str, dict[str, Any]] = {
    "minor": {"minor": True},
    "deceased": {"deceased": True},
    "paused": {"notices_paused": True},
    "guarantor elsewhere": {"guarantor_elsewhere": True, "minor": True},
    "no email": {"email": ""},
    "no phone": {"phone": ""},
    "elsewhere": {},
    "no consent": {},
}


def _fact(world: World, person: Person, fact: str) -> Person:
    words = fact.split()
    if fact in SIMPLE:
        return replace(person, **SIMPLE[fact])
    if (about_money := money_fact(person, fact)) is not None:
        return about_money
    if ago := AGO.fullmatch(fact):
        return replace(person, noticed_at=world.now - timedelta(days=int(ago[1])))
    if words[0] == "owes":
        return replace(person, balance_cents=cents(words[1]))
    if words[0] == "visit":
        visit = Visit(date.fromisoformat(words[1]), cents(words[2]))
        owed = person.balance_cents + visit.remaining_cents
        return replace(person, visits=(*person.visits, visit), balance_cents=owed)
    if words[0] in ("email", "phone"):
        usual = {"email": f"{person.first_name[0].lower()}***@g***.com", "phone": "**77"}
        given: dict[str, Any] = {words[0]: words[1] if len(words) > 1 else usual[words[0]]}
        return replace(person, **given)
    if fact.startswith("pays for "):
        ids = tuple(p.id for p in (*world.facts.people, *world.facts.family) if p.first_name in words[2:])
        if not ids:
            raise ScriptError(f"{fact}: name them on a line above")
        return replace(person, pays_for=ids)
    if words[0] == "proved":
        world.talk.proof = Proof[words[1].upper()]
        world.talk.proof_people = (*world.talk.proof_people, person.id)
        world.talk.proof_until = world.now + timedelta(minutes=world.facts.policy.proof_minutes)
        return person
    raise ScriptError(f"a patient knows no {fact!r}")


POLICY: dict[str, dict[str, Any]] = {
    "full payment only": {"partial_payments": False},
    "amount in notice": {"show_amount_in_notice": True},
    "minors themselves": {"notices_to_minors": "minor"},
}


def _practice(world: World, fact: str) -> None:
    facts, words = world.facts, fact.split()
    policy, office = facts.policy, facts.office
    if fact in POLICY:
        policy = replace(policy, **POLICY[fact])
    elif (about_money := money_policy(policy, fact)) is not None:
        policy = about_money
    elif words[0] == "minimum":
        policy = replace(policy, minimum_payment_cents=cents(words[1]))
    elif words[0] == "proof":
        policy = replace(policy, proof_minutes=int(words[1]))
    elif words[0] == "link":
        policy = replace(policy, link_minutes=int(words[1]))
    elif words[0] == "holiday":
        office = replace(office, holidays=office.holidays | {date.fromisoformat(words[1])})
    elif words[0] == "closed" and len(words) > 1:
        office = replace(office, week={d: w for d, w in office.week.items() if d not in words[1:]})
    elif hours := HOURS.fullmatch(fact):
        window = Window(time.fromisoformat(hours[2]), time.fromisoformat(hours[3]))
        office = OfficeHours(office.zone, {**office.week, hours[1]: window}, office.holidays)
    elif words[0] == "languages":
        facts = replace(facts, languages=tuple(words[1:]))
    else:
        raise ScriptError(f"a practice knows no {fact!r}")
    world.facts = replace(facts, policy=policy, office=office)


FACTS: dict[str, dict[str, Any]] = {
    "email": {"channel": "email"},
    "no consent": {"consent": "none"},
    "opted out": {"consent": "revoked"},
    "held": {"consent": "held"},
    "consent": {"consent": "granted"},
    "blocked": {"blocked": True},
    "payment in doubt": {"payment_in_doubt": True},
    "payment clear": {"payment_in_doubt": False},
    "answers forgotten": {"answers_lately": 0, "answers_this_hour": 0, "answers_today": 0},
}


def _talk(world: World, fact: str) -> None:
    words = fact.split()
    if fact in FACTS:
        world.facts = replace(world.facts, **FACTS[fact])
    elif fact in ("Spanish", "English"):
        world.talk.language = "es" if fact == "Spanish" else "en"
    elif words[0] == "answers" and words[-1] == "hour":
        world.facts = replace(world.facts, answers_this_hour=int(words[1]))
    elif words[0] == "answers":
        world.facts = replace(world.facts, answers_lately=int(words[1]), answers_today=int(words[-1]))
    elif words[0] == "refused":
        world.facts = replace(world.facts, notice_refusal=words[1] if len(words) > 1 else "")
    elif words[0] == "case":
        world.facts = replace(world.facts, case_number=int(words[1]))
    elif fact.startswith(("wrong tries ", "sends ")):
        _codes(world, words)
    elif fact == "outbox stuck":
        world.outbox_stuck = True
    elif fact == "with staff":
        world.talk.owner, world.talk.state = Owner.STAFF, "staff.talking"
    else:
        raise ScriptError(f"a talk knows no {fact!r}")


def _codes(world: World, words: list[str]) -> None:
    """Codes elsewhere: tries that were wrong, sends."""
    if words[0] == "sends":
        world.sends_elsewhere += [world.now - timedelta(minutes=1)] * int(words[1])
    else:
        world.wrong_at += [world.now - timedelta(hours=2)] * int(words[2])
