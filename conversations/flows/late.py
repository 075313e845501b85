"""What if I pay late, or early? Told as far as we know, and whatever was being asked stays asked."""

from conversations.machine import ANY, BACK, Flow, Keyword, Row
from conversations.steps.plain import say
from conversations.turn import Proof, Turn

# Guards


def about_plan(turn: Turn) -> bool:
    """They are agreeing on one, or have one and have proved who they are."""
    agreeing = turn.kept.state.startswith("plan.")
    return agreeing or (turn.proved(Proof.PERSON) and any(p.plan and p.plan.state == "active" for p in turn.chosen))


def about_promise(turn: Turn) -> bool:
    """They are naming a day, or have named one."""
    naming = turn.kept.state.startswith("promise.")
    return naming or (turn.proved(Proof.PHONE) and not turn.facts.shared and any(p.promises for p in turn.chosen))


# Steps


flow = Flow(
    name="late",
    states=None,
    public=True,
    keywords=(
        Keyword(
            "asked",
            en=(
                "what if i pay late", "what happens if i pay late", "if i pay late", "if im late", "what if im late",
                "what happens if im late", "if i am late", "what if i miss one", "what happens if i miss one",
                "if i miss one", "what if i miss a payment", "what happens if i miss a payment", "if i miss a payment",
                "if i miss it", "what if i miss it", "what happens if i miss it", "if i miss the date",
                "if i forget", "what if i forget",
                "if i skip one", "what happens if i skip one", "if i skip a payment", "what if i cant pay on time",
                "if i cant pay on time", "if i dont pay on time", "what happens if i dont pay", "what if i dont pay",
                "what happens if i cant pay", "what if i cant pay", "what happens if i cant make a payment",
                "what if i cant make a payment", "late fee", "late fees", "late charge", "late charges",
                "is there a late fee", "are there late fees", "is there a penalty", "penalty for paying late",
                "penalty", "penalties", "what if my card declines", "if my card declines", "if my card gets declined",
                "what if my card gets declined", "if my card is declined", "what happens if my card declines",
                "what if the payment fails", "if a payment fails", "what happens if a payment fails",
                "do i have to pay it all now", "do i have to pay it all at once", "do i have to pay all of it now",
                "do i have to pay it all", "do i have to pay everything now", "do i need to pay it all now",
            ),
            es=(
                "que pasa si pago tarde", "si pago tarde", "y si pago tarde", "que pasa si no pago", "y si no pago",
                "si no pago a tiempo", "que pasa si no pago a tiempo", "si me atraso", "y si me atraso",
                "que pasa si me atraso", "si me retraso", "que pasa si me retraso", "si se me pasa la fecha",
                "si se me olvida",
                "que pasa si no pago uno", "y si no pago uno", "si fallo un pago", "que pasa si fallo un pago",
                "que pasa si fallo uno", "si se me pasa uno", "si se me pasa un pago", "si no puedo pagar un mes",
                "que pasa si no puedo pagar", "y si no puedo pagar", "que pasa si un mes no puedo", "recargo",
                "recargos", "hay recargo", "hay recargos", "recargo por pagar tarde", "hay recargo por pagar tarde",
                "cargo por pagar tarde", "cargos por pagar tarde", "cobran por pagar tarde", "hay multa", "multa",
                "multas", "multa por pagar tarde", "si rechazan mi tarjeta", "que pasa si rechazan mi tarjeta",
                "y si rechazan mi tarjeta", "y si no pasa mi tarjeta", "tengo que pagar todo",
                "tengo que pagar todo junto", "tengo que pagar todo ahora", "tengo que pagarlo todo",
                "hay que pagar todo junto",
            ),
        ),
        Keyword(
            "early",
            en=(
                "pay it off early", "pay off early", "pay early", "pay ahead", "pay extra", "pay more if",
                "pay more than", "make extra payments", "make an extra payment", "pay it off sooner", "pay sooner",
                "prepay", "pay double", "pay more some months", "pay it down faster",
            ),
            es=(
                "pagar antes", "si pago antes", "pagar de mas", "adelantar pagos", "adelantar el pago",
                "adelantar un pago", "pagar mas si", "pagar extra", "dar mas si", "liquidar antes", "terminar antes",
                "pago adelantado", "pagar doble",
            ),
        ),
    ),
    rows=(
        Row("asked", ANY, BACK, when=(about_plan,), do=(say("late/plan"),)),
        Row("asked", ANY, BACK, when=(about_promise,), do=(say("late/promise"),)),
        Row("asked", ANY, BACK, do=(say("late/asked"),)),
        Row("early", ANY, BACK, do=(say("late/early"),)),
    ),
)  # fmt: skip
