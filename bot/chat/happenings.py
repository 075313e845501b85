"""What may happen in a talk, in words: a patient writes, time passes, staff answer, money arrives."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.chat.header import ScriptError, change, named
from bot.chat.money_facts import cents
from bot.chat.money_happenings import money_event
from bot.chat.world import World
from conversations.events import (
    ChargeFailed,
    ChargeInDoubt,
    ChargeSettled,
    CodeAcceptedOnPage,
    CodeAskedOnPage,
    CodeUndelivered,
    ContactChanged,
    Event,
    LanguageChosen,
    MailTrouble,
    MessageReceived,
    NoticeDue,
    ProviderSaid,
    StaffReleased,
    StaffReplied,
    StaffTook,
    UnsubscribedByClick,
)
from conversations.hearing import provider_word, redact

SPAN = re.compile(r"(\d+) ?(s|m|h|d)")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
FLAG = re.compile(
    r"\[(machine|provider(?: (?:stop|start|help))?|photo|unproven|empty|below quote|unreadable|be silent)\] ?"
)
ANSWERS = ("paid", "declined", "declined, card unknown", "undone", "installment paid", "installment declined")
"""What the bank says to a charge: it is in doubt no longer."""
ON_FILE = ("2065550142", "2065550100")


def perform(world: World, line: str) -> list[str]:
    """One line of a talk."""
    if line.startswith("+"):
        return world.pass_time(span(line[1:]))
    if line.startswith("given> "):
        change(world, line.removeprefix("given> "))
        return []
    event = event_of(world, line)
    return world.happen(event) if event else []


def span(text: str) -> timedelta:
    found = SPAN.findall(text)
    if not found:
        raise ScriptError(f"no span of time in {text!r}")
    return sum((timedelta(**{UNITS[unit]: int(number)}) for number, unit in found), timedelta())


def event_of(world: World, line: str) -> Event | None:
    """What a line says happened."""
    head, _, rest = line.partition(">") if ">" in line else (line, "", "")
    rest = rest.strip()
    if head in ANSWERS:
        world.facts = replace(world.facts, payment_in_doubt=False)
    happened: dict[str, Callable[[], Event | None]] = {
        "": lambda: message(rest),
        "staff": lambda: StaffReplied(rest, "Kim"),
        "staff takes": lambda: StaffTook("Kim"),
        "staff closes": StaffReleased,
        "notice": lambda: NoticeDue(named(world.facts.people, rest).id),
        "unsubscribed": UnsubscribedByClick,
        "undelivered": lambda: CodeUndelivered("email" if rest == "email" else "text", _last_code(world)),
        "page": lambda: _page(world, rest),
        "paid": lambda: _paid(world, rest),
        "declined": lambda: _declined(world, rest),
        "declined, card unknown": lambda: ChargeFailed(_payers(world), cents(rest)),
        "undone": lambda: ChargeFailed(_payers(world), cents(rest), "Visa", "4242", after_doubt=True),
        "doubt": lambda: ChargeInDoubt(_payers(world), cents(rest)),
    }
    if (about_money := money_event(world, head, rest)) is not None:
        return about_money
    if head not in happened:
        raise ScriptError(f"no such line in a script: {line!r}")
    return happened[head]()


def _payers(world: World) -> tuple[int, ...]:
    return world.talk.proof_people or tuple(p.id for p in world.facts.people)


def _declined(world: World, rest: str) -> ChargeFailed:
    """`declined> 60.00`, `declined> 60.00 saved`, `declined> 60.00 saved needs patient`."""
    amount, *more = rest.split()
    saved, asked = "saved" in more, "needs" in more
    return ChargeFailed(_payers(world), cents(amount), "Visa", "4242", saved_card=saved, needs_patient=asked)


def _last_code(world: World) -> tuple[int, ...]:
    return world.codes[-1].order.person_ids if world.codes else _payers(world)


def message(text: str) -> MessageReceived:
    """As the door would pass it on: card numbers are gone before anybody reads it."""
    flags = set(FLAG.findall(text))
    clean = redact(FLAG.sub("", text).replace("⏎", "\n"), on_file=ON_FILE)
    return MessageReceived(
        clean.text,
        cards_removed=clean.cards,
        digits_removed=clean.runs,
        media=int("photo" in flags),
        provider_said=_provider_said(flags, clean.text),
        from_machine="machine" in flags,
        mail_trouble=next((one for one in MailTrouble if one.value.replace("_", " ") in flags), None),
        silence_asked="be silent" in flags,
    )


def _provider_said(flags: set[str], text: str) -> ProviderSaid:
    """`[provider]` before a word of its own, `[provider stop]` before one that the practice has added there."""
    told: tuple[ProviderSaid, ...] = ("stop", "start", "help")
    own = provider_word(text) if "provider" in flags else ""
    return next((said for said in told if f"provider {said}" in flags), own)


def _page(world: World, rest: str) -> Event | None:
    if rest.startswith("asks "):
        return CodeAskedOnPage("email" if rest == "asks email" else "text", _payers(world), both=rest == "asks both")
    if rest.startswith("changes "):
        return ContactChanged(_payers(world)[0], "email" if rest == "changes email" else "text")
    if rest.startswith("speaks "):
        named = tuple(p.id for p in world.facts.people if p.first_name in rest)
        return LanguageChosen(named or _payers(world), "es" if "Spanish" in rest else "en")
    proved = world.page_code(rest.removeprefix("code "))
    return CodeAcceptedOnPage(proved) if proved else None


def _paid(world: World, rest: str) -> ChargeSettled:
    ids = _payers(world)
    amount, *more = rest.split()
    people = [p for p in (world.facts.person(i) for i in ids) if p]
    left = cents(amount)
    for person in people:
        part = min(left, person.balance_cents)
        left -= part
        visits = () if person.balance_cents == part else person.visits
        world.change_people((person.id,), balance_cents=person.balance_cents - part, visits=visits)
    balance = sum(p.balance_cents for p in (world.facts.person(i) for i in ids) if p)
    brand, last4 = more[:2] if len(more) > 1 else ("Visa", "4242")
    emailed = "unmailed" not in more
    return ChargeSettled(ids, cents(amount), balance, "HFM-20931", brand, last4, world.now, emailed)
