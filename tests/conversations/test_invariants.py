"""Whatever is said and happens, in any order: no fact without proof, nothing after STOP, codes within their limits."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bot.chat.happenings import message, perform
from bot.chat.header import apply
from bot.chat.world import CODES, World, blank
from bot.rendering.gsm7 import segments
from conversations.conversation import Conversation, Owner, Proof
from conversations.effects import AcceptCode, ChargeSavedCard, Kind, Say, SendCode, SetConsent
from conversations.engine import ALWAYS_SAID, advance
from conversations.events import CodeAcceptedOnPage, Event, MessageReceived
from conversations.facts import Facts, Person
from conversations.flows import FLOWS
from conversations.hearing import RESERVED_WORDS
from conversations.machine import Says
from conversations.policy import OfficeHours
from conversations.steps.code_limits import GAP, SENDS_A_DAY, SENDS_IN_SOME_TIME, SOME_TIME, TRIES_A_DAY

START = datetime(2026, 5, 6, 17, 5, tzinfo=UTC)
DAY = timedelta(days=1)
TOTALS = {"$7,311.17": 1, "$5,190.29": 2, "$6,020.31": 3}
"""What each of them owes: sums that nobody names by chance."""
VISITS = ("03/17", "04/23", "$4,107.03", "$3,204.14")
NAMES = ("Anastasia", "Bartholomew", "Cassandra")
ANA = "patient: Anastasia Ruiz, visit 2026-03-17 4107.03, visit 2026-04-23 3204.14"
BEN = "patient: Bartholomew Rey, owes 5190.29, email"
CASS = "patient: Cassandra Ruiz, minor, owes 6020.31"
PLAN = "plan active 317.19 monthly 9 left next 2026-05-15 Visa 4242 addable 4456.46"
OF_PLANS = ("$317.19", "$2,854.71", "$4,456.46")
"""What is told about a plan to those only who proved who they are."""
PHONES = (
    (f"{ANA}, email",),
    (ANA,),
    (f"{ANA}, email, {PLAN}",),
    (f"{ANA}, email, plan signature 317.19 monthly 9 left next 2026-05-15, review D-311",),
    (f"{ANA}, email, promised 317.19 2026-05-08, promised 211.13 2026-05-15, broke 2 promises",),
    (f"{ANA}, email, {PLAN}", f"{BEN}, plan dormant 317.19 monthly 9 left"),
    (f"{CASS}, elsewhere, {PLAN}", f"{ANA}, email, pays for Cassandra", "practice: plans of 4 or 12 with approval"),
    (f"{ANA}, email", BEN),
    (ANA, BEN.removesuffix(", email")),
    (CASS, f"{ANA}, email, pays for Cassandra", BEN),
    (f"{CASS}, elsewhere", f"{ANA}, pays for Cassandra"),
    ("patient: Cassandra Ruiz, guarantor elsewhere, owes 6020.31",),
    (f"{ANA}, email", "talk: email"),
    (f"{ANA}, email, no consent",),
    (f"{ANA}, email, Visa 4242 saved, taken 60.00 2026-05-05 4242, paid elsewhere 40.00 2026-04-29",),
    (CASS, f"{ANA}, email, pays for Cassandra, Visa 4242 saved", f"{BEN}, Visa 1881 saved"),
    (),
)


def vocabulary() -> list[str]:
    """Every word that some flow listens for."""
    words = {
        "STOP",
        "start",
        "HELP",
        "yes",
        "no",
        "1",
        "2",
        "all",
        "ok thanks",
        "stop the payments",
        "👍",
        "4242",
        "asdf",
    }
    words |= {
        "my mom died",
        "chest pain",
        "wrong number",
        "please quit texting me",
        "no mas mensajes",
        "english please",
    }
    words |= {
        'Liked "You owe $1"',
        "my card is 4111 1111 1111 1111",
        "4111 1111",
        "code is ******",
        "pay 50",
        "habla español?",
    }
    for flow in FLOWS.values():
        words |= {phrase for keyword in flow.keywords for phrase in (*keyword.en[:3], *keyword.es[:2])}
        heard = [answer.hears for answers in flow.answers.values() for answer in answers]
        words |= {phrase for says in heard if isinstance(says, Says) for phrase in (*says.en[:2], *says.es[:1])}
    return sorted(words)


TEXTS = st.one_of(st.sampled_from(vocabulary()), st.sampled_from(CODES), st.text(max_size=40))
ASKING = ("balance", "saldo", "pay", "pay 50", "pagar", "agent", "how much do i owe")
MONEY = (
    "plan", "40 a month", "2000 a month", "a", "c on the 1st", "ask", "new", "move 05/20", "move", "friday", "add",
    "pay", "pause my plan", "resume", "plan off", "off", "keep", "50 friday and the rest on the 20th", "set", "change",
    "dispute", "i cant pay this", "aid", "never mind", "plan de pagos", "acepto", "pedir",
)  # fmt: skip
"""What plans, promises, disputes and hardship hear."""
ANSWERING = ("1", "2", "all", "text", "email", "english please", "en español", "yes", "no", "STOP", "START", "AGENT")
HAPPENINGS = (
    "staff takes", "staff> Hello, this is Kim", "staff closes", "page> asks text", "page> asks email",
    "undelivered> email",
    "paid> 10.00", "declined> 10.00", "declined> 10.00 saved", "doubt> 10.00", "undone> 10.00",
)  # fmt: skip
ABOUT_PLANS = (
    "plan approved>", "plan refused>", "plan unsigned>", "plan signed>", "installment coming> 317.19 2026-05-15",
    "plan changed> moved 2026-05-20 317.19", "plan changed> paused", "plan changed> cancelled",
)  # fmt: skip
ABOUT_PROMISES = ("promise due> 317.19", "promise broken> 1", "promise broken> 2", "promise broken> 3")


class Talk(RuleBasedStateMachine):
    """One phone, and anything that may happen to it."""

    phone: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.world: World = blank(START)
        for line in self.phone:
            apply(self.world, line)
        self.before = (self.world.talk, self.world.facts)
        self.event: Event | None = None

    @rule(text=TEXTS)
    def write(self, text: str) -> None:
        self.take(message(text))

    @rule(text=st.sampled_from(ASKING))
    def ask(self, text: str) -> None:
        self.take(message(text))

    @rule(text=st.sampled_from(ANSWERING))
    def answer(self, text: str) -> None:
        self.take(message(text))

    @rule(text=st.sampled_from(MONEY))
    def talk_about_money(self, text: str) -> None:
        self.take(message(text))

    @rule(seconds=st.sampled_from((31, 40, 90)))
    def want_another_code(self, seconds: int) -> None:
        self.world.pass_time(timedelta(seconds=seconds))
        self.take(message("resend"))

    @rule()
    def type_the_open_code(self) -> None:
        open_code = self.world.open_code()
        self.take(message(open_code.digits if open_code else "123456"))

    @rule(whom=st.sampled_from(("1", "2", "all")), way=st.sampled_from(("", "text")), wait=st.booleans())
    def sign_in(self, whom: str, way: str, wait: bool) -> None:
        for text in ("balance", whom, way):
            self.world.happen(message(text or "ok"))
        if wait:
            self.world.pass_time(timedelta(seconds=30))
        self.type_the_open_code()

    @rule(first=st.sampled_from(("pay", "pay 50", "pagar", "balance", "👍")), digits=st.sampled_from(("4242", "1881")))
    def approve(self, first: str, digits: str) -> None:
        self.take(message(first))
        self.take(message(digits))

    @rule()
    def type_a_wrong_code(self) -> None:
        self.take(message("000000"))

    @rule(line=st.sampled_from(HAPPENINGS))
    def happen(self, line: str) -> None:
        self.begin_turn(None)
        perform(self.world, line)

    @precondition(lambda self: self.world.facts.people and self.world.facts.people[0].plan)
    @rule(line=st.sampled_from(ABOUT_PLANS))
    def happen_to_a_plan(self, line: str) -> None:
        self.begin_turn(None)
        perform(self.world, line)

    @precondition(lambda self: self.world.facts.people)
    @rule(line=st.sampled_from(ABOUT_PROMISES))
    def happen_to_a_promise(self, line: str) -> None:
        self.begin_turn(None)
        perform(self.world, line)

    @precondition(lambda self: self.world.open_code())
    @rule()
    def type_the_code_on_the_page(self) -> None:
        proved = self.world.page_code(self.world.open_code().digits)  # type: ignore[union-attr]
        self.take(CodeAcceptedOnPage(proved or ()))

    @rule(minutes=st.sampled_from((0.2, 1, 6, 31, 1500)))
    def wait(self, minutes: float) -> None:
        self.begin_turn(None)
        self.world.pass_time(timedelta(minutes=minutes))

    @rule(text=TEXTS)
    def write_too_often(self, text: str) -> None:
        apply(self.world, "talk: answers 10")
        self.take(message(text))
        apply(self.world, "talk: answers forgotten")

    def begin_turn(self, event: Event | None) -> None:
        self.before, self.event, self.world.last = (self.world.talk, self.world.facts), event, None

    def take(self, event: Event) -> None:
        self.begin_turn(event)
        self.world.happen(event)

    # What holds after each of them

    @property
    def said(self) -> list[Say]:
        return [e for e in self.world.last.effects if isinstance(e, Say)] if self.world.last else []

    @invariant()
    def the_state_is_declared(self) -> None:
        flow, _, state = self.world.talk.state.partition(".")
        assert state in {s.value for s in FLOWS[flow].states or ()}

    @invariant()
    def facts_follow_proof(self) -> None:
        if not isinstance(self.event, MessageReceived | CodeAcceptedOnPage):
            return
        talk, shared = self.world.talk, len(self.world.facts.people) > 1
        for say in self.said:
            words = self.world.words(say)
            told = [person for total, person in TOTALS.items() if total in words]
            if told or any(name in words for name in NAMES):
                assert talk.proof >= (Proof.PERSON if shared else Proof.PHONE), words
            owners = {self.person_id(NAMES[person - 1]) for person in told}
            assert owners <= set(talk.proof_people), words
            if say.message.startswith(("plan/", "running_plan/")) or any(one in words for one in OF_PLANS):
                assert talk.proof is Proof.PERSON or say.message.startswith("promise/"), words
            if say.message.startswith("promise/"):
                assert talk.proof >= (Proof.PERSON if shared else Proof.PHONE), words
            if any(visit in words for visit in VISITS):
                assert talk.proof is Proof.PERSON, words

    def person_id(self, name: str) -> int:
        everybody = (*self.world.facts.people, *self.world.facts.family)
        return next(p.id for p in everybody if p.first_name == name)

    @invariant()
    def proof_comes_from_codes_only(self) -> None:
        raised = self.world.talk.proof > self.before[0].proof
        last = self.world.last
        accepted = last is not None and any(isinstance(e, AcceptCode) for e in last.effects)
        assert not raised or accepted or isinstance(self.event, CodeAcceptedOnPage)

    @invariant()
    def a_card_is_charged_by_its_digits_only(self) -> None:
        charged = [e for e in self.world.last.effects if isinstance(e, ChargeSavedCard)] if self.world.last else []
        for one in charged:
            assert isinstance(self.event, MessageReceived)
            assert self.event.text in {"4242", "1881"}
            assert self.world.talk.proof is Proof.PERSON
            assert 0 < one.amount_cents <= sum(p.balance_cents for p in self.people(one.person_ids))

    def people(self, ids: tuple[int, ...]) -> list[Person]:
        found = (self.world.facts.person(one) for one in ids)
        return [person for person in found if person]

    @invariant()
    def nothing_after_stop(self) -> None:
        facts = self.before[1]
        effects = self.world.last.effects if self.world.last and self.event else ()
        if any(isinstance(e, SetConsent) and e.status in {"granted", "none"} for e in effects):
            return
        if facts.consent == "revoked" or facts.blocked:
            assert all(say.kind in ALWAYS_SAID for say in self.said)
            assert not any(say.kind is Kind.OPT_OUT for say in self.said)
            assert not any(isinstance(e, SendCode) and e.way == facts.channel for e in effects)

    @invariant()
    def codes_are_limited(self) -> None:
        sent = sorted(code.sent_at for code in self.world.codes)
        assert all(later - earlier >= GAP for earlier, later in pairwise(sent))
        for number, at in enumerate(sent):
            lately = [earlier for earlier in sent[: number + 1] if at - earlier < SOME_TIME]
            today = [earlier for earlier in sent[: number + 1] if at - earlier < DAY]
            assert len(lately) <= SENDS_IN_SOME_TIME
            assert len(today) <= SENDS_A_DAY
        assert sum(self.world.now - at < DAY for at in self.world.wrong_at) <= TRIES_A_DAY

    @invariant()
    def the_bot_is_silent_while_staff_own_the_thread(self) -> None:
        if self.before[0].owner is Owner.STAFF and isinstance(self.event, MessageReceived) and self.world.last:
            flow = self.world.last.heard.partition(".")[0]
            assert not self.said or flow in {"consent", "bereavement", "clinical", "wrong_number", "card", "unknown"}

    @invariant()
    def texts_are_fit_to_send(self) -> None:
        for say in self.said:
            words = self.world.words(say)
            assert len(self.said) <= 2
            assert segments(words.replace("…", "7Qm3xK9vR2sW8bLt5NcY1d")) == 1, words
            asked = set(re.findall(r"(?:Reply|reply|Responda|or|o) ([A-Z]{2,})\b(?! to )", words))
            assert not asked & (RESERVED_WORDS - {"START"}), words


@pytest.mark.parametrize("phone", PHONES, ids=range(len(PHONES)))
def test_whatever_is_said_and_happens(phone: tuple[str, ...]) -> None:
    run_state_machine_as_test(
        type("ThisTalk", (Talk,), {"phone": phone}), settings=settings(max_examples=25, stateful_step_count=30)
    )


STATES = [f"{flow.name}.{state.value}" for flow in FLOWS.values() for state in flow.states or ()]


@given(
    text=st.one_of(st.text(), TEXTS), state=st.sampled_from(STATES), owner=st.sampled_from(Owner), known=st.booleans()
)
def test_no_text_raises_in_any_state(text: str, state: str, owner: Owner, known: bool) -> None:
    facts = Facts(START, "Harbor Family Med", "+12065550142", OfficeHours("America/Los_Angeles"))
    world = World(facts, Conversation(state=state, owner=owner))
    if known:
        apply(world, f"{ANA}, email")
    outcome = advance(world.talk, message(text), world.facts)
    assert Conversation.from_json(outcome.conversation.to_json()) == outcome.conversation
    assert outcome.walked


@given(text=st.text())
def test_the_conversation_given_is_never_changed(text: str) -> None:
    world = blank(START)
    apply(world, f"{ANA}, email")
    kept = world.talk.to_json()
    first = advance(world.talk, message(text), world.facts)
    assert world.talk.to_json() == kept
    assert advance(world.talk, message(text), world.facts) == first
