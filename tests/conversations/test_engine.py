"""What the engine does with what nobody planned: late timers, states of an earlier version, unknown reasons."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.chat.header import apply
from bot.chat.world import World, blank
from conversations.conversation import READY, Conversation, Owner, Proof
from conversations.effects import Value
from conversations.engine import advance
from conversations.events import MessageReceived, WaitEnded
from conversations.turn import Result

NOW = datetime(2026, 5, 6, 17, 5, tzinfo=UTC)


def ana() -> World:
    world = blank(NOW)
    apply(world, "patient: Ana Ruiz, owes 120.00, email")
    return world


def test_a_late_timer_changes_nothing_but_the_turn() -> None:
    world = ana()
    world.happen(MessageReceived("balance"))
    late = advance(world.talk, WaitEnded("gap_over", "identity.gap", 1), world.facts)
    assert late.reason == "late_timer"
    assert late.conversation == replace(world.talk, turn=world.talk.turn + 1)


def test_a_timer_of_an_earlier_version_is_late() -> None:
    world = ana()
    world.happen(MessageReceived("balance"))
    event = WaitEnded("a reason no flow knows", world.talk.state, world.talk.entered_turn)
    assert advance(world.talk, event, world.facts).reason == "late_timer"


def test_a_state_of_an_earlier_version_is_left_behind() -> None:
    world = ana()
    for state in ("plans.choosing", "identity.telegram", "", "idle.ready.again"):
        kept = Conversation(state=state, memory={"people": [7], "after": ["plans", "asked"]})
        outcome = advance(kept, MessageReceived("ok thanks"), world.facts)
        assert outcome.conversation.state == READY
        assert outcome.conversation.memory == {}
    waiting = advance(Conversation(state="gone.away", owner=Owner.WAITING), MessageReceived("ok"), world.facts)
    assert waiting.conversation.state == "staff.waiting"


def test_a_conversation_kept_by_an_earlier_version_is_read() -> None:
    kept = Conversation().to_json()
    for added in ("asked_turn", "last_answer", "same_answers", "same_since"):
        del kept[added]
    assert Conversation.from_json(kept) == Conversation()


def test_nothing_kept_is_lost_on_the_way() -> None:
    odd: dict[Any, Any] = {str: "idle.meant", int: 7, tuple[int, ...]: (1, 2), datetime | None: NOW}
    odd |= {Proof: Proof.PERSON, Owner: Owner.WAITING, dict[str, Value]: {"people": [1]}}
    kept = Conversation(**{each.name: odd[each.type] for each in fields(Conversation)})
    assert Conversation.from_json(kept.to_json()) == kept
    assert kept.next_turn() == replace(kept, turn=8)
    assert kept.next_turn().memory is not kept.memory


def test_the_log_can_say_how_a_message_ended() -> None:
    world = ana()
    assert advance(world.talk, MessageReceived("balance"), world.facts).result is Result.ANSWERED
    assert advance(world.talk, MessageReceived("ok thanks"), world.facts).result is Result.SILENT
    with_staff = replace(world.talk, owner=Owner.STAFF, state="staff.talking")
    silent = advance(with_staff, MessageReceived("balance"), world.facts)
    assert (silent.result, silent.heard) == (Result.STAFF, "staff.wrote")


def test_proof_of_some_is_not_proof_of_others() -> None:
    world = blank(NOW)
    apply(world, "patient: Maria Ruiz, owes 20.00, email, proved person")
    apply(world, "patient: Jon Rey, owes 30.00, email")
    world.talk.memory["people"] = [2]
    outcome = advance(world.talk, MessageReceived("balance"), world.facts)
    assert outcome.conversation.state in {"identity.code", "whom.asking"}
    assert outcome.conversation.proof_people == (1,)


def test_proof_ends_by_itself() -> None:
    world = ana()
    kept = Conversation(proof=Proof.PERSON, proof_people=(1,), proof_until=NOW)
    outcome = advance(kept, MessageReceived("ok thanks"), world.facts)
    assert outcome.conversation.proof is Proof.NONE
    later = replace(kept, proof_until=NOW + timedelta(seconds=1))
    assert advance(later, MessageReceived("ok thanks"), world.facts).conversation.proof is Proof.PERSON
