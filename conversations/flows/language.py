"""English please, ¿habla español? The engine has switched already; here we say so and go on where we were."""

from conversations.effects import SetLanguage
from conversations.events import LanguageChosen
from conversations.machine import ANY, BACK, Flow, Row
from conversations.steps.amounts_shown import example_part
from conversations.turn import Proof, Turn


def not_offered(turn: Turn) -> bool:
    asked = turn.heard.asked_language if turn.heard else None
    return asked not in turn.facts.languages


def may_hear_balance(turn: Turn) -> bool:
    """They owe something, and have proved enough to be told how much."""
    need = Proof.PERSON if turn.facts.shared else Proof.PHONE
    return bool(turn.chosen) and turn.proved(need) and turn.owed_cents > 0


def shared_with_others(turn: Turn) -> bool:
    """Somebody else reads here too, and did not choose."""
    return isinstance(turn.event, LanguageChosen) and not {p.id for p in turn.facts.people} <= set(
        turn.event.person_ids
    )


def chosen_not_offered(turn: Turn) -> bool:
    return isinstance(turn.event, LanguageChosen) and turn.event.language not in turn.facts.languages


def note_for_people(turn: Turn) -> None:
    """Theirs from now on, without a word: the page said so already."""
    if isinstance(chosen := turn.event, LanguageChosen):
        turn.do(SetLanguage(chosen.person_ids, chosen.language))
    turn.skip("chosen_on_page")


def switch(turn: Turn) -> None:
    if isinstance(turn.event, LanguageChosen):
        turn.kept.language = turn.event.language


def say_not_offered(turn: Turn) -> None:
    turn.say("language/not_offered")


def say_with_balance(turn: Turn) -> None:
    turn.say("language/switched_owing", balance_cents=turn.owed_cents, part=example_part(turn))


def say_switched(turn: Turn) -> None:
    turn.say("language/switched")


flow = Flow(
    name="language",
    states=None,
    public=True,
    events={LanguageChosen: "chosen"},
    rows=(
        Row("asked", ANY, BACK, when=(not_offered,), do=(say_not_offered,)),
        Row("asked", ANY, BACK, when=(may_hear_balance,), do=(say_with_balance,)),
        Row("asked", ANY, BACK, do=(say_switched,)),
        Row("chosen", ANY, BACK, when=(chosen_not_offered,), do=(lambda turn: turn.skip("not_offered"),)),
        Row("chosen", ANY, BACK, when=(shared_with_others,), do=(note_for_people,)),
        Row("chosen", ANY, BACK, do=(switch, note_for_people)),
    ),
)
