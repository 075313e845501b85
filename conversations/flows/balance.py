"""BALANCE: what is owed. The total once the phone is proved, the visits once the person is."""

from enum import StrEnum

from conversations.effects import Value
from conversations.machine import ANY, END, Answer, Flow, Keyword, Row, Says
from conversations.steps.amounts_shown import example_part
from conversations.steps.whom_meant import meant
from conversations.turn import Person, Proof, Turn

LISTED = 2
"""More visits than that do not fit a text; their number does."""
FAMILY_LISTED = 4
SHORT = 4
"""Words in which a name is an answer to the list, rather than a question of its own."""


class Waits(StrEnum):
    """What we wait for."""

    WHOM = "whom"  # for which of several people to pay


# Guards


def in_doubt(turn: Turn) -> bool:
    """A payment is under way, and nobody knows yet whether it went through."""
    return turn.facts.payment_in_doubt


def nothing_owed(turn: Turn) -> bool:
    """Nobody chosen owes anything."""
    return all(p.balance_cents <= 0 for p in turn.chosen)


def credit(turn: Turn) -> bool:
    """The practice owes them."""
    return turn.owed_cents < 0


def several(turn: Turn) -> bool:
    """The talk is about more than one person."""
    return len(turn.chosen) > 1


def too_many_to_list(turn: Turn) -> bool:
    """Their sums would not fit one text."""
    return len(turn.chosen) > FAMILY_LISTED


def person_proved(turn: Turn) -> bool:
    """Visits may be told."""
    return turn.proved(Proof.PERSON)


def few_visits(turn: Turn) -> bool:
    """Few enough to list, and they add up to what is owed."""
    visits = turn.chosen[0].visits
    return 0 < len(visits) <= LISTED and sum(v.remaining_cents for v in visits) == turn.owed_cents


def many_visits(turn: Turn) -> bool:
    """Too many to list."""
    return len(turn.chosen[0].visits) > LISTED


# Steps


def say_in_doubt(turn: Turn) -> None:
    """A figure now could be wrong in a minute."""
    turn.say("balance/in_doubt", owed_cents=turn.owed_cents)


def say_nothing_owed(turn: Turn) -> None:
    """Zero."""
    turn.say("balance/nothing")


def say_credit(turn: Turn) -> None:
    """Less than zero."""
    turn.say("balance/credit", credit_cents=-turn.owed_cents)


def tell_total(turn: Turn) -> None:
    """No dates, no visits: the phone is proved, not the person."""
    turn.say("balance/total", owed_cents=turn.owed_cents, part=example_part(turn), whose=turn.whose)


def tell_visits(turn: Turn) -> None:
    """Each visit, by date."""
    person = turn.chosen[0]
    turn.say(
        "balance/visits",
        first_name=person.first_name,
        owed_cents=turn.owed_cents,
        visits=[{"on": v.service_on.isoformat(), "cents": v.remaining_cents} for v in person.visits],
        part=example_part(turn),
    )


def tell_number_of_visits(turn: Turn) -> None:
    """How many visits it is for; the page lists them."""
    person = turn.chosen[0]
    turn.say(
        "balance/many_visits",
        first_name=person.first_name,
        owed_cents=turn.owed_cents,
        visits=len(person.visits),
        part=example_part(turn),
    )


def tell_each(turn: Turn) -> None:
    """What each of them owes, by initials."""
    people: list[Value] = [{"initials": p.initials, "cents": p.balance_cents} for p in turn.chosen]
    turn.say("balance/together", owed_cents=turn.owed_cents, people=people)


def tell_together(turn: Turn) -> None:
    """The sum for all of them."""
    turn.say("balance/together_many", owed_cents=turn.owed_cents, people=len(turn.chosen))


def pick_one(turn: Turn) -> None:
    """Pay for that one. If a code had to come between, their pick is gone, and they are shown the list again."""
    picked = _picked(turn)
    turn.forget("asked_cents")
    if picked:
        turn.remember("people", [picked.id])
    turn.enter(*("pay", "asked") if picked else ("balance", "asked"))


def go_pay(turn: Turn) -> None:
    """Pay for all of them."""
    turn.forget("asked_cents")
    turn.enter("pay", "asked")


# Answers


def picks_one(turn: Turn) -> bool:
    """1, 2, "the first one", Leo, "mine"."""
    return _picked(turn) is not None


def _picked(turn: Turn) -> Person | None:
    words = turn.heard.words if turn.heard else ""
    return meant(turn.chosen, words) if len(words.split()) <= SHORT else None


picks_all = Says(
    en=(
        "both", "all", "all of them", "both of them", "everyone", "everybody", "pay for both", "pay for all",
        "pay both", "pay all",
    ),
    es=(
        "ambos", "ambas", "todos", "todas", "los dos", "las dos", "pagar por ambos", "pagar por todos", "pagar todo",
        "todo",
    ),
)  # fmt: skip

flow = Flow(
    name="balance",
    states=Waits,
    needs=Proof.PHONE,
    keywords=(
        Keyword(
            "asked",
            en=(
                "balance", "my balance", "balance please", "balance due", "bal", "bill", "my bill", "statement",
                "my statement", "how much", "how much is it", "how much do i owe", "how much do we owe",
                "how much i owe", "how much is owed", "how much is due", "how much is my bill",
                "how much is the bill", "how much is my balance", "how much is left", "how much do i have left",
                "how much am i paying", "how much is my total", "how much money do i owe", "how much total",
                "what do i owe", "what do we owe", "what i owe", "what do i still owe", "how much do i still owe",
                "do i owe", "do i owe anything", "do i owe money", "do i still owe", "do i have a balance",
                "do i have a bill", "do i have anything to pay", "what is my balance", "whats my balance",
                "what is the balance", "whats the balance", "what is my bill", "whats my bill", "what is the bill",
                "whats my total", "what is my total", "whats the total", "what is the total", "what is due",
                "whats due", "what is owed", "whats owed", "whats left", "what is left to pay", "amount due",
                "what is the amount", "whats the amount", "the amount", "how much in total", "my total balance",
                "amount owed", "total due", "total owed", "check balance", "check my balance", "check my bill",
                "see my bill", "see my balance", "view my bill", "view balance", "show my bill", "show me my balance",
                "remaining balance", "current balance", "outstanding balance", "account balance", "my account",
                "left to pay", "am i paid up", "am i all paid up", "what did you charge me",
                "how much did you charge", "what charges do i have", "my charges", "how much was my visit",
                "how much does it cost", "how much will it cost", "whats this bill", "i got a bill",
                "i got a statement", "you sent a statement", "what is my statement", "owe you", "i owe",
                "does my mom owe", "does my dad owe", "does she owe",
                "does he owe", "does my son owe", "does my daughter owe", "am i behind", "whats the damage",
                "amt due", "amt owed", "whats the amt",
            ),
            es=(
                "saldo", "mi saldo", "el saldo", "ver saldo", "ver mi saldo", "saldo por favor", "consultar saldo",
                "saldo pendiente", "cuanto debo", "cuanto le debo", "cuanto les debo", "cuanto te debo",
                "cuanto debemos", "cuanto es", "cuanto es lo que debo", "cuanto debo pagar", "cuanto tengo que pagar",
                "cuanto hay que pagar", "cuanto me falta", "cuanto falta", "cuanto falta por pagar", "cuanto queda",
                "cuanto me queda", "cuanto me queda por pagar", "cuanto seria", "cuanto es mi saldo",
                "cuanto es mi cuenta", "cuanto es la cuenta", "cuanto es el total", "cuanto es mi factura",
                "cual es mi saldo", "cual es mi deuda", "cual es el total", "cual es mi cuenta", "que debo",
                "que es lo que debo", "que le debo", "que tengo que pagar", "debo algo", "debo dinero",
                "todavia debo", "aun debo", "le debo algo", "tengo saldo", "tengo deuda", "tengo algo pendiente",
                "tengo algo que pagar", "mi cuenta", "mi factura", "la factura", "factura", "mi deuda", "cuenta",
                "estado de cuenta", "mi estado de cuenta", "mi total", "el total", "digame el total",
                "cuanto en total", "la cantidad", "total a pagar", "monto total", "ver mi cuenta", "ver mi factura",
                "quiero saber cuanto debo", "digame cuanto debo", "dime cuanto debo", "me puede decir cuanto debo",
                "cuanto cuesta", "cuanto fue la visita", "cuanto me cobraron", "cuanto me van a cobrar",
                "cuanto sale", "de cuanto es mi cuenta", "de cuanto es la factura", "cuanto", "recibi una factura",
            ),
        ),
    ),
    rows=(
        Row("asked", ANY, END, when=(in_doubt,), do=(say_in_doubt,)),
        Row("asked", ANY, END, when=(credit,), do=(say_credit,)),
        Row("asked", ANY, END, when=(nothing_owed,), do=(say_nothing_owed,)),
        Row("asked", ANY, END, when=(several, too_many_to_list), do=(tell_together,)),
        Row("asked", ANY, Waits.WHOM, when=(several,), do=(tell_each,)),
        Row("asked", ANY, END, when=(person_proved, few_visits), do=(tell_visits,)),
        Row("asked", ANY, END, when=(person_proved, many_visits), do=(tell_number_of_visits,)),
        Row("asked", ANY, END, do=(tell_total,)),
        Row("one", Waits.WHOM, END, do=(pick_one,)),
        Row("all", Waits.WHOM, END, do=(go_pay,)),
    ),
    answers={Waits.WHOM: (Answer("all", picks_all), Answer("one", picks_one))},
)  # fmt: skip
