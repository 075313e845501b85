"""A phone on several files: about whom is the talk? Asked by initials, before any proof."""

from enum import StrEnum

from conversations.effects import Value
from conversations.flows.identity import go_on
from conversations.hearing import normalise
from conversations.machine import ANY, END, STAY, Answer, Flow, Keyword, Row, Says
from conversations.steps.asking_again import asks_why, unclear
from conversations.steps.whom_meant import meant
from conversations.turn import Person, Turn

MOST = 4
"""As many fit into one text, and into anybody's head."""
SHORT = 6
"""Words in which a name is an answer to whom."""


class States(StrEnum):
    ASKING = "asking"


said_all = Says(
    en=("all", "all of them", "all of us", "everyone", "everybody", "all please", "the family", "both", "both of us"),
    es=("todos", "todas", "todo", "todos por favor", "la familia", "ambos", "los dos", "las dos"),
)


said_kin = Says(
    en=(
        "me", "for me", "myself", "for myself", "mine", "its me", "my son", "for my son", "my daughter",
        "for my daughter", "my kid", "my kids", "the kids", "my husband", "my wife", "my mom", "my mother", "my dad",
        "my father", "for my mom", "for my dad", "for my husband", "for my wife",
    ),
    es=(
        "yo", "para mi", "por mi", "mi hijo", "mi hija", "mis hijos", "los ninos", "mi esposo", "mi esposa",
        "mi mama", "mi papa", "por mi hijo", "por mi hija", "para mi hijo", "para mi hija",
    ),
)  # fmt: skip
"""True of some of them, but we do not know of whom."""


def listed(turn: Turn) -> list[Person]:
    """The one who pays, those paid for, the others: after ALL the list of sums has them under the same numbers."""
    holder = payer(turn)
    if holder is None:
        return _living(turn)
    return sorted(_living(turn), key=lambda p: (p.id != holder.id, p.id not in holder.pays_for))


def payer(turn: Turn) -> Person | None:
    """The one who pays for others here; with two of them ALL would not say for whom."""
    payers = [p for p in _living(turn) if p.pays_for]
    return payers[0] if len(payers) == 1 else None


def _living(turn: Turn) -> list[Person]:
    return [p for p in turn.facts.people if not p.deceased]


def named(turn: Turn) -> Person | None:
    """Whom they picked; names that two of them share pick nobody."""
    return meant(listed(turn), turn.heard.words) if turn.heard else None


def too_many(turn: Turn) -> bool:
    return len(listed(turn)) > MOST


def picked_one(turn: Turn) -> bool:
    return named(turn) is not None


def picked_all(turn: Turn) -> bool:
    return payer(turn) is not None and said_all(turn)


def pick_unclear(turn: Turn) -> bool:
    """Numbers that are not one on the list, ALL where it would not say who, several names, "not Jon", "for my son"."""
    words = turn.heard.words if turn.heard else ""
    numbers = {w for w in words.split() if w not in ("and", "or", "y", "o", "no", "not")}
    some = bool(numbers) and all(map(str.isdigit, numbers)) and turn.facts.codes.verdict is None
    short = len(words.split()) <= SHORT
    shared = [p for p in listed(turn) if words.replace(" ", "") == normalise(p.initials).replace(" ", "")]
    told = bool(shared or turn.named) or not {normalise(p.first_name) for p in listed(turn)}.isdisjoint(words.split())
    return some or said_all(turn) or said_kin(turn) or (short and told)


def on_shared_phone(turn: Turn) -> bool:
    return len(listed(turn)) > 1


def forget_whom(turn: Turn) -> None:
    """The list again; who proved what stays as it is, and nobody else is told anything without a code."""
    turn.forget("people")
    turn.enter("whom", "needed")


def leave_it(turn: Turn) -> None:
    turn.enter("idle", "not_understood")


def ask_whom(turn: Turn) -> None:
    _ask(turn, "whom/asked")


def say_why(turn: Turn) -> None:
    _ask(turn, "whom/why")


def _ask(turn: Turn, message: str) -> None:
    initials: list[Value] = [p.initials for p in listed(turn)]
    turn.say(message, initials=initials, all=payer(turn) is not None)


def send_to_page(turn: Turn) -> None:
    turn.say("whom/too_many")


def take_one(turn: Turn) -> None:
    person = named(turn)
    if person:
        turn.remember("people", [person.id])


def take_all(turn: Turn) -> None:
    holder = payer(turn)
    if holder:
        paid_for = (p for p in (*turn.facts.people, *turn.facts.family) if p.id in holder.pays_for and not p.deceased)
        ids = (holder.id, *(p.id for p in paid_for))
        others: list[Value] = [p.initials for p in listed(turn) if p.id not in ids]
        turn.remember("people", list(ids))
        turn.remember("others", others)


flow = Flow(
    name="whom",
    states=States,
    public=True,
    keywords=(
        Keyword(
            "switch",
            en=(
                "other person",
                "the other one",
                "another person",
                "someone else",
                "somebody else",
                "other account",
                "another account",
                "other patient",
                "another patient",
                "different person",
                "switch person",
                "switch account",
                "switch accounts",
                "other bill",
                "for someone else",
                "for somebody else",
            ),
            es=(
                "otra persona",
                "otro paciente",
                "otra cuenta",
                "la otra persona",
                "la otra cuenta",
                "cambiar de persona",
                "cambiar persona",
                "cambiar de cuenta",
                "por otra persona",
                "para otra persona",
            ),
        ),
    ),
    answers={
        States.ASKING: (
            Answer("all_picked", picked_all),
            Answer("one_picked", picked_one),
            Answer("needed", pick_unclear),
            Answer("why", asks_why),
            Answer("needed", unclear, otherwise=True),
        )
    },
    rows=(
        Row("switch", ANY, END, when=(on_shared_phone,), do=(forget_whom,)),
        Row("switch", ANY, END, do=(leave_it,)),
        Row("needed", ANY, END, when=(too_many,), do=(send_to_page,)),
        Row("needed", ANY, States.ASKING, do=(ask_whom,)),
        Row("why", States.ASKING, STAY, do=(say_why,)),
        Row("one_picked", States.ASKING, END, do=(take_one, go_on)),
        Row("all_picked", States.ASKING, END, do=(take_all, go_on)),
    ),
)
