"""A small simulated world round the core: consent, codes with known digits, timers that fire, real words."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat import money_effects
from bot.rendering import Renderer
from conversations.effects import (
    AcceptCode,
    BlockNumber,
    ChargeSavedCard,
    CountWrongTry,
    Effect,
    OpenReview,
    PauseNotices,
    ReportDeath,
    Say,
    SendCode,
    SetConsent,
    VoidCodes,
    WakeAt,
)
from conversations.engine import advance
from conversations.events import Event, MessageReceived, WaitEnded
from conversations.hearing import code as hear_code
from conversations.policy import OfficeHours
from conversations.turn import CodeFacts, Conversation, Facts, OpenCode, Outcome, Verdict

CODES = ("482913", "730155", "614208", "259047", "873361", "905512", "338120", "571946", "120774", "667093")
HOST = "pay.harbor.example"
LINK = f"https://{HOST}/p/…"
GOOD_FOR = timedelta(minutes=10)
BLOCKED_FOR = timedelta(minutes=30)
DAY = timedelta(days=1)
TRIES = 5
RENDERER = Renderer()


@dataclass
class Code:
    """A code of this world."""

    digits: str
    order: SendCode
    sent_at: datetime
    state: str = "open"
    tries: int = 0

    def fact(self, *, stuck: bool) -> OpenCode:
        sent_at = None if stuck else self.sent_at
        return OpenCode(self.order.way, self.order.person_ids, self.order.typed, sent_at, self.tries)


@dataclass
class World:
    """One conversation and all that a turn may know about it."""

    facts: Facts
    talk: Conversation = field(default_factory=Conversation)
    codes: list[Code] = field(default_factory=list)
    outbox_stuck: bool = False
    sends_elsewhere: list[datetime] = field(default_factory=list)
    wrong_at: list[datetime] = field(default_factory=list)
    blocked_until: datetime | None = None
    timers: list[tuple[datetime, WaitEnded]] = field(default_factory=list)
    walked: set[str] = field(default_factory=set)
    last: Outcome | None = None

    @property
    def now(self) -> datetime:
        return self.facts.now

    def local_day(self) -> date:
        """Today, where the patient is."""
        return self.now.astimezone(ZoneInfo(self.facts.zone)).date()

    def happen(self, event: Event) -> list[str]:
        """One turn; what it did, as lines of a script."""
        facts = replace(self.facts, codes=self._code_facts(event))
        kept = json.loads(json.dumps(self.talk.to_json()))
        outcome = advance(Conversation.from_json(kept), event, facts)
        self.last, self.talk = outcome, outcome.conversation
        self.walked.update(outcome.walked)
        lines = [self._line(effect) for effect in outcome.effects]
        for effect in outcome.effects:
            self._carry_out(effect)
        return lines

    def pass_time(self, span: timedelta) -> list[str]:
        """Let the clock run; whatever timer is due fires at its own time."""
        until, lines = self.now + span, []
        while due := min((t for t in self.timers if t[0] <= until), key=lambda t: t[0], default=None):
            self.timers.remove(due)
            self.facts = replace(self.facts, now=max(due[0], self.now))
            lines += self.happen(due[1])
        self.facts = replace(self.facts, now=until)
        return lines

    def page_code(self, digits: str) -> tuple[int, ...] | None:
        """Somebody types a code into our page: whom it proves, if it is good."""
        code = self.open_code()
        if code is None or code.digits != digits:
            return None
        code.state = "used"
        return code.order.person_ids

    # Codes

    def open_code(self) -> Code | None:
        return next((c for c in reversed(self.codes) if c.state == "open" and self.now - c.sent_at < GOOD_FOR), None)

    def _code_facts(self, event: Event) -> CodeFacts:
        digits = hear_code(event.text) if isinstance(event, MessageReceived) else None
        code = self.open_code()
        sends = [*self.sends_elsewhere, *(c.sent_at for c in self.codes)]
        return CodeFacts(
            verdict=self._verdict(digits) if digits else None,
            open=code.fact(stuck=self.outbox_stuck) if code else None,
            sent_at=tuple(sorted((at for at in sends if self.now - at < DAY), reverse=True)),
            wrong_today=sum(self.now - at < DAY for at in self.wrong_at),
            blocked_until=self.blocked_until,
        )

    def _verdict(self, digits: str) -> Verdict:
        code = next((c for c in reversed(self.codes) if c.digits == digits), None)
        if code is None:
            return Verdict.WRONG if self.open_code() else Verdict.NONE_OPEN
        if code.state == "open":
            return Verdict.RIGHT if code is self.open_code() else Verdict.EXPIRED
        if code.state == "older":
            return Verdict.OLDER if self.open_code() else Verdict.EXPIRED
        return Verdict.USED if code.state == "used" else Verdict.VOID

    # Effects

    def _carry_out(self, effect: Effect) -> None:
        for person_id, change in money_effects.changes(self.facts, effect).items():
            self.change_people((person_id,), **change)
        match effect:
            case SendCode() | AcceptCode() | CountWrongTry() | VoidCodes():
                self._carry_out_code(effect)
            case SetConsent() if effect.channel == self.facts.channel:
                self.facts = replace(self.facts, consent=effect.status)
            case BlockNumber():
                self.facts = replace(self.facts, blocked=True)
            case ReportDeath():
                self.change_people(effect.person_ids, deceased=True)
            case PauseNotices():
                self.change_people(effect.person_ids, notices_paused=True)
            case ChargeSavedCard():
                self.facts = replace(self.facts, payment_in_doubt=True)
            case OpenReview():
                self.facts = replace(self.facts, case_number=self.facts.case_number + 1)
            case WakeAt():
                event = WaitEnded(effect.reason, self.talk.state, self.talk.entered_turn)
                self.timers.append((effect.at, event))
            case _:
                pass

    def _carry_out_code(self, effect: SendCode | AcceptCode | CountWrongTry | VoidCodes) -> None:
        code = self.open_code()
        match effect:
            case SendCode():
                self._retire("older", "open")
                self.codes.append(Code(CODES[len(self.codes) % len(CODES)], effect, self.now))
            case AcceptCode():
                _need(code).state = "used"
            case CountWrongTry():
                self._count_try(_need(code))
            case VoidCodes():
                self._retire("void", "open", "older")

    def _count_try(self, code: Code) -> None:
        code.tries += 1
        self.wrong_at.append(self.now)
        if code.tries >= TRIES:
            code.state, self.blocked_until = "blocked", self.now + BLOCKED_FOR

    def _retire(self, state: str, *among: str) -> None:
        for code in self.codes:
            code.state = state if code.state in among else code.state

    def change_people(self, ids: tuple[int, ...], **changes: Any) -> None:
        people = tuple(replace(p, **changes) if p.id in ids else p for p in self.facts.people)
        family = tuple(replace(p, **changes) if p.id in ids else p for p in self.facts.family)
        self.facts = replace(self.facts, people=people, family=family)

    # Lines

    def _line(self, effect: Effect) -> str:
        if isinstance(effect, Say):
            return f"< {self.words(effect)}"
        if isinstance(effect, SendCode) and effect.way == self.facts.channel == "text":
            digits = CODES[len(self.codes) % len(CODES)]
            return "< " + self._render(effect.message, self.talk.language, {}, code=digits)
        return f"! {self.described(effect)}".rstrip()

    def words(self, say: Say) -> str:
        """What the patient reads."""
        values = json.loads(json.dumps(dict(say.values)))
        return self._render(say.message, say.language or self.talk.language, values)

    def _render(self, message: str, language: str, values: dict[str, Any], code: str = "") -> str:
        words = RENDERER.text(message, language, values, self.practice(), code=code, host=HOST)
        return words.replace("\n", " | ").replace("{link}", LINK)

    def practice(self) -> Any:
        """Harbor Family Med, as sentences may name it."""
        return SimpleNamespace(
            slug="harbor",
            name="Harbor Family Med",
            text_name="Harbor Family Med",
            phone="+12065550142",
            phone_display="206-555-0142",
            email="billing@harbor.example",
            website="https://harbor.example",
            address="1 Pier St, Seattle, WA",
            office=self.facts.office,
        )

    def described(self, effect: Effect) -> str:
        """An effect in a few words: its name, then what tells it from others of its kind."""
        skipped = ("wording", "message")
        names = [name for name in effect.__dataclass_fields__ if name not in skipped]
        parts = [self._short(name, getattr(effect, name)) for name in names]
        return " ".join([type(effect).__name__, *(p for p in parts if p)])

    def _short(self, name: str, value: Any) -> str:
        if isinstance(value, datetime):
            return value.astimezone(ZoneInfo(self.facts.office.zone)).strftime("%m/%d %H:%M")
        if name == "person_ids":
            people = (self.facts.person(i) for i in value)
            return "+".join(p.first_name for p in people if p)
        if isinstance(value, bool):
            return name if value else ""
        if told := money_effects.short(self.facts, name, value):
            return told
        if name.endswith(("_cents", "_id")) and not value:
            return ""
        return str(value) if isinstance(value, str | int) else ""


def _need(code: Code | None) -> Code:
    if code is None:
        raise LookupError("there is no open code to accept or to count a try of")
    return code


def blank(now: datetime, office: OfficeHours | None = None) -> World:
    """A world with nobody in it yet."""
    hours = office or OfficeHours("America/Los_Angeles")
    return World(Facts(now.astimezone(UTC), "Harbor Family Med", "+12065550142", hours, zone=hours.zone))
