"""Words with which people change a plan that runs."""

from typing import Final

from conversations.hearing import normalise, parts, yes_no
from conversations.machine import Keyword, Says
from conversations.turn import Turn

KEYWORDS = (
    Keyword(
        "pause",
        en=(
            "pause", "pause my plan", "pause the plan", "pause my payments", "pause payments", "pause it",
            "pause autopay", "skip this month", "can i skip this month", "can we skip this month",
            "can i skip a payment", "can i skip a month", "skip a month", "skip a payment", "skip this payment",
            "skip the next payment", "skip my payment", "skip my next payment", "miss a payment", "miss this payment",
            "put my plan on hold", "hold my plan", "freeze my plan", "take a break from payments",
            "cant pay my plan", "cant afford my plan", "cant pay this installment", "dont charge me this month",
        ),
        es=(
            "pausa", "pausar", "pausar mi plan", "pausar el plan", "pausar los pagos", "saltar este mes",
            "saltar un mes", "saltar un pago", "saltarme un pago", "brincar un pago", "este mes no puedo pagar el plan",
            "poner mi plan en pausa", "congelar mi plan",
            "no puedo pagar mi plan", "no me cobren este mes", "no me cobre este mes",
        ),
    ),
    Keyword(
        "resume",
        en=(
            "resume", "resume my plan", "resume the plan", "resume payments", "resume my payments", "unpause",
            "continue my plan", "continue the plan", "start my plan again", "restart my plan",
            "turn my plan back on",
        ),
        es=(
            "reanudar", "reanudar mi plan", "reanudar el plan", "reanudar los pagos", "seguir con mi plan",
            "seguir con el plan", "continuar mi plan", "continuar el plan",
        ),
    ),
    Keyword(
        "stop",
        en=(
            "plan off", "turn my plan off", "turn autopay off", "leave the plan", "leave my plan", "drop the plan",
            "drop my plan", "dont want the plan anymore", "dont want the plan", "no more plan",
            "dont want a plan", "dont want a plan anymore", "dont want my plan", "dont want my plan anymore",
        ),
        es=(
            "quitar plan", "quitar mi plan", "quitar el plan", "dejar el plan", "dejar mi plan", "no quiero el plan",
            "sin plan",
            "detener el plan", "detener mi plan", "detengan el plan", "quiten el plan", "quiten mi plan",
            "quite el plan", "quite mi plan", "ya no quiero plan",
        ),
    ),
)  # fmt: skip
ADD: Final = Says(
    en=("add", "add it", "add please", "add it please", "add to plan", "add it to my plan", "add to my plan"),
    es=("agregar", "agregue", "agreguelo", "agregar por favor", "agregarlo", "sumar", "sumelo", "si agregar"),
)
PAY_NEW: Final = Says(
    en=("pay", "pay it", "pay now", "pay it now", "pay that", "pay that now", "pay please", "just pay it"),
    es=("pagar", "pagar ahora", "pagarlo", "pagar eso", "pagarlo ahora"),
)
OFF: Final = Says(
    en=(
        "off", "plan off", "turn it off", "off please", "switch it off", "stop it", "yes stop it", "yes stop",
        "cancel it", "yes cancel it", "yes cancel", "cancel my plan", "cancel the plan", "stop my plan",
        "stop the plan", "end it",
        "end my plan", "end the plan",
    ),
    es=(
        "quitar", "quitar plan", "quitar por favor", "quitarlo", "quitelo", "si quitar", "si quitelo", "cancelar",
        "cancelarlo", "cancelelo", "cancelar el plan", "cancelar mi plan", "cancele mi plan", "parar", "pararlo",
    ),
)  # fmt: skip
MERE_OK: Final = Says(en=("ok", "okay", "k", "kk", "okey", "fine"), es=("bueno", "vale", "esta bien", "bien"))
"""Too little to end a plan by."""
KEEP: Final = Says(
    en=("keep", "keep it", "keep the plan", "keep my plan", "leave it", "leave it on", "wait", "dont stop it"),
    es=("dejar", "dejarlo", "dejelo", "dejar asi", "mantener", "espere"),
)
RESUME: Final = Says(
    en=("go on", "continue", "unpause it", "turn it back on"),
    es=("seguir", "continuar", "sigue", "siga"),
)

_DAYS: Final = frozenset(
    "yesterday later few more 1 2 3 4 5 6 7 8 9 10 14 ayer unos mas dias semana semanas retrasar atrasar"
    " move change moving changing reschedule it that this my the to a an another other different new later earlier"
    " sooner date day days due payment payments installment plan please pls can could i you we need want would like"
    " for of on next one push back week weeks month again out postpone until till delay switch"
    " mover cambiar cambio mueva cambie la el los de mi fecha dia pago mensualidad otra otro"
    " cant cannot today hoy no pagar pay puedo puede quiero necesito por favor para hi hello hola me help".split()
)


def about_days(text: str) -> bool:
    """Nothing is named that has no day: "change my payment date", not "change my address"."""
    return set(normalise(text).split()) <= _DAYS


def names_day(turn: Turn) -> bool:
    """A day, however it is said."""
    return turn.heard is not None and bool(parts(turn.heard.raw, turn.today, bare_day=True).days)


def agrees_to_stop(turn: Turn) -> bool:
    """OFF, or yes."""
    words = turn.heard.words if turn.heard else ""
    return OFF(turn) or (yes_no(words) is True and not MERE_OK(turn))


def agrees_to_add(turn: Turn) -> bool:
    """ADD, or yes."""
    return ADD(turn) or (turn.heard is not None and yes_no(turn.heard.words) is True)


def declines(turn: Turn) -> bool:
    """No, leave it."""
    return turn.heard is not None and yes_no(turn.heard.words) is False
