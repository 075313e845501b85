"""PAY: a fresh link, for the whole, for a part, or instead of one that does not open. Sums are named once proved."""

from enum import StrEnum

from conversations.amounts_shown import example_part
from conversations.effects import OpenPayLink, Value
from conversations.hearing import Amount, Unreadable, put_off, spread
from conversations.machine import ANY, END, Answer, Flow, Keyword, Row
from conversations.turn import Proof, Turn

SHORT = 3
PARTS = frozenset("half mitad part partial some little parte parcial algo".split())


class Waits(StrEnum):
    """What we wait for."""

    AMOUNT = "amount"  # a sum that we can read and take


# Guards


def in_doubt(turn: Turn) -> bool:
    """A payment is under way: a second one could be taken twice."""
    return turn.facts.payment_in_doubt


def unreadable(turn: Turn) -> bool:
    """A sum was named, not plainly."""
    return turn.amount_unreadable


def unproved(turn: Turn) -> bool:
    """We may not tell them whether a sum fits: the page does, once they are in."""
    return not turn.proved(Proof.PHONE)


def part_refused(turn: Turn) -> bool:
    """A sum was named, and this office takes the whole only."""
    return not turn.facts.policy.partial_payments and turn.amount_cents is not None


def nothing_owed(turn: Turn) -> bool:
    """Zero, or a credit."""
    return turn.owed_cents <= 0


def whole(turn: Turn) -> bool:
    """No sum named, or exactly what is owed."""
    return turn.amount_cents in (None, turn.owed_cents)


def part_unnamed(turn: Turn) -> bool:
    """A part, but not how much of it: the whole is not what they asked for."""
    words = turn.heard.words.split() if turn.heard else []
    return turn.amount_cents is None and not PARTS.isdisjoint(words) and example_part(turn) is not None


def too_much(turn: Turn) -> bool:
    """More than is owed."""
    return (turn.amount_cents or 0) > turn.owed_cents


def too_little(turn: Turn) -> bool:
    """Less than the practice takes at a time."""
    return (turn.amount_cents or 0) < turn.facts.policy.minimum_payment_cents


def below_minimum_in_all(turn: Turn) -> bool:
    """So little is owed that only the whole makes sense."""
    return turn.owed_cents <= turn.facts.policy.minimum_payment_cents


# Steps


def say_in_doubt(turn: Turn) -> None:
    """Wait for the bank."""
    turn.say("pay/in_doubt")


def say_unreadable(turn: Turn) -> None:
    """Asked again, never guessed."""
    proved = not unproved(turn)  # an example that depends on what they owe would tell
    turn.say("pay/unreadable", part=example_part(turn) if proved else None)


def send_link(turn: Turn) -> None:
    """A neutral link; the sum they named waits on the page."""
    turn.say("pay/link", link=_link(turn, turn.amount_cents), minutes=_minutes(turn))


def say_whole_only(turn: Turn) -> None:
    """Without the sum."""
    turn.say("pay/whole_only")


def say_whole_only_owed(turn: Turn) -> None:
    """With the sum."""
    turn.say("pay/whole_only_owed", owed_cents=turn.owed_cents)


def say_nothing_owed(turn: Turn) -> None:
    """Nothing to pay."""
    turn.say("pay/nothing")


def ask_how_much(turn: Turn) -> None:
    """They say."""
    turn.say("pay/how_much", part=example_part(turn))


def send_whole(turn: Turn) -> None:
    """All that is owed when the page is opened."""
    turn.say("pay/whole", link=_link(turn), owed_cents=turn.owed_cents, minutes=_minutes(turn), whose=turn.whose)


def send_part(turn: Turn) -> None:
    """Part now, and what stays."""
    paid = turn.amount_cents or 0
    rest = turn.owed_cents - paid
    turn.say("pay/part", link=_link(turn, paid), amount_cents=paid, rest_cents=rest, minutes=_minutes(turn))


def say_too_much(turn: Turn) -> None:
    """We cannot take more than is owed."""
    turn.say("pay/too_much", owed_cents=turn.owed_cents, amount_cents=turn.amount_cents)


def say_too_little(turn: Turn) -> None:
    """The smallest part payment."""
    minimum = turn.facts.policy.minimum_payment_cents
    turn.say("pay/too_little", minimum_cents=minimum, minimum=-(-minimum // 100))


def say_whole_is_small(turn: Turn) -> None:
    """The whole is below the smallest part."""
    turn.say("pay/whole_is_small", owed_cents=turn.owed_cents)


def send_fresh_link(turn: Turn) -> None:
    """Instead of one that did not open. Whoever opens it shows a code first: we do not know what went wrong."""
    link = OpenPayLink(turn.chosen_ids, asks_code=True)
    turn.say("pay/fresh_link", link=link, minutes=_minutes(turn))


def _link(turn: Turn, amount_cents: int | None = None) -> OpenPayLink:
    return OpenPayLink(turn.chosen_ids, amount_cents, asks_code=len(turn.facts.people) > 1)


def _minutes(turn: Turn) -> Value:
    return turn.facts.policy.link_minutes


# Answers


def names_amount(turn: Turn) -> bool:
    """A sum, or what is meant to be one."""
    if not turn.heard:
        return False
    words = turn.heard.words
    if put_off(words) or spread(words):
        return False
    short = len(words.split()) <= SHORT
    return isinstance(turn.heard.amount, Amount) or (short and isinstance(turn.heard.amount, Unreadable))


flow = Flow(
    name="pay",
    states=Waits,
    needs=Proof.NONE,
    keywords=(
        Keyword(
            "asked",
            en=(
                "pay", "pay now", "pay today", "pay it", "pay this", "pay that", "pay in full", "pay full", "pay all",
                "pay it all", "pay it off", "pay everything", "pay all of it", "pay total", "pay bill", "pay my bill",
                "pay the bill", "pay this bill", "pay balance", "pay my balance", "pay the balance",
                "pay my statement", "pay my account", "pay off my balance", "pay off my bill", "pay off", "pay part",
                "pay some", "pay half", "pay a little", "pay part of it", "pay some of it", "pay online",
                "pay by card", "pay with card", "pay with a card", "pay by credit card", "pay with my card",
                "pay by phone", "pay for both", "pay for all", "pay both", "pay for myself", "pay for my son",
                "pay for my daughter", "pay for my kids", "make a payment", "make payment", "send payment",
                "submit payment", "take my payment", "take a payment", "payment", "ready to pay", "how do i pay",
                "how can i pay", "how to pay", "how do we pay", "where do i pay", "where can i pay", "where to pay",
                "can i pay now", "can i pay online", "can i pay it", "can i pay here", "let me pay", "link",
                "pay link", "payment link", "send link", "send the link", "send me the link", "send me a link",
                "the link", "another card", "different card", "other card", "new card", "use another card",
                "use a different card", "credit card", "debit card", "settle my bill", "settle my account",
                "settle up", "rest later", "now and the rest", "the full amount", "full amount", "partial payment",
                "a partial payment", "go ahead and pay", "clear my balance", "take care of my bill",
                "take care of this bill", "charge my card", "use my card", "use the card on file", "card on file",
                "just charge it", "charge it", "plan for the rest", "rest monthly", "rest on a plan",
            ),
            es=(
                "pagar", "pagar ahora", "pagar hoy", "pagar todo", "pagar completo", "pagar el total",
                "pagar la cuenta", "pagar mi cuenta", "pagar factura", "pagar mi factura", "pagar la factura",
                "pagar saldo", "pagar mi saldo", "pagar el saldo", "pagar mi deuda", "pagar una parte", "pagar parte",
                "pagar la mitad", "pagar algo", "pagar en linea", "pagar con tarjeta", "pagar por internet",
                "pagar por ambos", "pagar por todos", "puedo pagar ahora", "puedo pagar hoy", "como pago",
                "como puedo pagar", "como le pago", "como hago para pagar", "como hago el pago", "donde pago",
                "donde puedo pagar", "donde se paga", "hacer un pago", "hacer el pago", "hacer pago",
                "realizar un pago", "realizar pago", "mandar pago", "mandar un pago", "dar un pago", "abonar",
                "hacer un abono", "dar un abono", "pago", "el pago", "mi pago", "quiero hacer un pago",
                "listo para pagar", "lista para pagar", "enlace", "el enlace", "mande el enlace", "mandeme el enlace",
                "enlace de pago", "liga de pago", "liga", "otra tarjeta", "con otra tarjeta", "tarjeta de credito",
                "tarjeta de debito", "liquidar", "pago parcial", "un pago parcial", "liquidar mi cuenta",
                "saldar mi cuenta", "link de pago", "cobre mi tarjeta", "use mi tarjeta", "cuanto debo y como pago",
                "el resto en un plan",
            ),
        ),
        Keyword(
            "link_broken",
            en=(
                "new link", "fresh link", "another link", "link doesnt work", "link does not work", "link dont work",
                "link didnt work", "link did not work", "link isnt working", "link is not working",
                "link not working", "link wont open", "link will not open", "link wont work", "link doesnt open",
                "link does not open", "link didnt open", "cant open link", "cant open the link",
                "cannot open the link", "cant open your link", "cannot open link", "cant open it", "link expired",
                "link is expired", "link has expired", "link timed out", "link broken", "link is broken",
                "link is dead", "link dont open", "link wont load", "link says expired", "says expired",
                "link no longer valid", "dead link", "it says expired", "link you sent", "link to open",
                "get the link to open", "website isnt working", "website is not working", "site isnt working",
                "link and it", "clicked the link and it says expired", "bad link", "broken link", "expired link",
                "link is bad", "link failed", "link error", "link gives an error", "page expired", "page timed out",
                "it timed out", "it expired", "page doesnt work", "page does not work", "page not working",
                "page wont load", "page is not working", "website doesnt work", "website not working",
                "site not working", "site doesnt work", "resend link", "resend the link", "send link again",
                "send the link again", "send it again", "send a new link", "send me a new link", "send another link",
                "send me another link", "need a new link", "lost the link", "i deleted the link", "i lost the link",
                "where is the link", "link no longer works", "link stopped working", "it wont open",
                "wont let me pay", "it wont let me pay", "not letting me pay", "payment page not working",
                "it wont load", "wont load", "timed out", "says timed out", "page not found",
            ),
            es=(
                "enlace nuevo", "nuevo enlace", "otro enlace", "otra liga", "enlace no funciona",
                "el enlace no funciona", "no funciona el enlace", "enlace no sirve", "el enlace no sirve",
                "no sirve el enlace", "enlace no abre", "el enlace no abre", "no abre el enlace",
                "no se abre el enlace", "no puedo abrir el enlace", "no puedo abrir la liga", "no me abre el enlace",
                "no me abre", "la liga no funciona", "la liga no sirve", "la liga no abre", "el link no funciona",
                "el link no sirve", "el link no abre", "no abre el link", "no funciona el link", "no sirve el link",
                "no puedo abrir el link", "enlace vencido", "enlace que me mandaron", "enlace que mandaron",
                "enlace otra vez", "no abre", "no funciona", "no sirve", "link ya no sirve", "enlace ya no sirve",
                "link ya no funciona", "enlace ya no funciona", "link ya no abre", "enlace caducado",
                "enlace expirado", "se vencio el enlace", "el enlace se vencio", "el enlace vencio",
                "vencio el enlace", "caduco el enlace", "el enlace caduco", "expiro el enlace", "el enlace expiro",
                "el link expiro", "expiro el link", "la pagina no funciona", "la pagina no sirve",
                "la pagina no abre", "no abre la pagina", "no funciona la pagina", "la pagina no carga",
                "mande otro enlace", "mandeme otro enlace", "envie otro enlace", "mande el enlace otra vez",
                "mande otra vez el enlace", "reenviar enlace", "reenvie el enlace", "perdi el enlace",
                "borre el enlace", "no me deja pagar", "no puedo abrir",
            ),
        ),
    ),
    rows=(
        Row("asked", ANY, END, when=(in_doubt,), do=(say_in_doubt,)),
        Row("asked", ANY, Waits.AMOUNT, when=(unreadable,), do=(say_unreadable,)),
        Row("asked", ANY, END, when=(unproved, part_refused), do=(say_whole_only,)),
        Row("asked", ANY, END, when=(unproved,), do=(send_link,)),
        Row("asked", ANY, END, when=(nothing_owed,), do=(say_nothing_owed,)),
        Row("asked", ANY, Waits.AMOUNT, when=(part_unnamed,), do=(ask_how_much,)),
        Row("asked", ANY, END, when=(whole,), do=(send_whole,)),
        Row("asked", ANY, END, when=(part_refused,), do=(say_whole_only_owed,)),
        Row("asked", ANY, Waits.AMOUNT, when=(too_much,), do=(say_too_much,)),
        Row("asked", ANY, END, when=(below_minimum_in_all,), do=(say_whole_is_small,)),
        Row("asked", ANY, Waits.AMOUNT, when=(too_little,), do=(say_too_little,)),
        Row("asked", ANY, END, do=(send_part,)),
        Row("link_broken", ANY, END, when=(in_doubt,), do=(say_in_doubt,)),
        Row("link_broken", ANY, END, do=(send_fresh_link,)),
    ),
    answers={Waits.AMOUNT: (Answer("asked", names_amount),)},
)  # fmt: skip
