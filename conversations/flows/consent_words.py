"""Words about what should stop, and the answers to our one question about it."""

import re
from typing import Final

from conversations.hearing.calling_off import reminders_called_off
from conversations.hearing.ways_named import MAIL, TEXTS
from conversations.machine import Keyword, Says
from conversations.steps.ending_texts import has_plan
from conversations.turn import Turn

_NOT_TEXTS: Final = re.compile(
    r"\b(?:not|no|never) (?:about )?(?:the |your |my |los |de los )?(?:texts?|textos|mensajes)\b"
)
_MONEY: Final = frozenset(
    "plan payment payments autopay charge charges charging charged bill bills billing billed pago pagos cargo cargos"
    " cobro cobros cobrar cobrarme factura facturas mensualidades cuotas".split()
)
_LEAVE: Final = frozenset("all everything both todo todos ambos contact contacting".split())


def means_money(said: str) -> bool:
    """They speak of payments or the bill, and of texts only to deny them."""
    words = set(_NOT_TEXTS.sub(" ", said).split())
    return bool(words & _MONEY) and not words & (TEXTS | MAIL | _LEAVE)


MEANS_TEXTS = Says(
    en=(
        "texts", "text", "the texts", "texting", "text messages", "messages", "the messages", "my texts",
        "your texts", "texts please", "i mean texts", "i mean the texts", "i meant texts", "i meant the texts",
        "both", "all", "everything", "all of it", "both of them", "texts and plan", "yes texts", "just texts",
        "just the texts", "only texts", "the text messages", "no texts", "mail", "mails", "the mail", "emails",
        "the emails", "email",
    ),
    es=(
        "textos", "los textos", "texto", "mensajes", "los mensajes", "mensajes de texto", "los mensajes de texto",
        "ambos", "los dos", "todo", "todos", "solo textos", "solo los textos", "solo los mensajes", "si textos",
        "sus mensajes", "textos por favor", "correos", "los correos", "correo",
    ),
)  # fmt: skip
MEANS_PLAN = Says(
    en=(
        "plan", "the plan", "my plan", "payment plan", "the payment plan", "my payment plan", "payments",
        "the payments", "my payments", "plan please", "i mean the plan", "i mean my plan", "i meant the plan",
        "i meant the payments", "plan payments", "just the plan", "just the payments", "only the plan", "autopay",
        "the autopay", "my autopay",
    ),
    es=(
        "el plan", "mi plan", "plan de pagos", "el plan de pagos", "mi plan de pagos", "pagos", "los pagos",
        "mis pagos", "solo el plan", "solo los pagos", "plan por favor", "las mensualidades", "las cuotas",
        "los cargos",
    ),
)  # fmt: skip
MEANS_BILL = Says(
    en=(
        "bill", "the bill", "my bill", "bills", "the bills", "bill please", "payments", "the payments", "payment",
        "the payment", "i mean the bill", "i meant the bill", "i meant my bill", "just the bill", "only the bill",
        "billing", "the charges", "charges",
    ),
    es=(
        "factura", "la factura", "mi factura", "facturas", "las facturas", "cuenta", "la cuenta", "mi cuenta",
        "pagos", "los pagos", "solo la factura", "factura por favor", "los cargos", "cargos", "el cobro",
        "los cobros",
    ),
)  # fmt: skip
MEANS_REMINDER = Says(
    en=(
        "reminder", "the reminder", "reminders", "the reminders", "just the reminder", "only the reminder",
        "this reminder", "that reminder", "my reminder", "just that reminder", "only that one", "just that one",
        "reminder please", "i mean the reminder", "i meant the reminder", "the promise", "just the reminders",
        "payment reminder", "the payment reminder", "the date", "just that", "only that",
    ),
    es=(
        "recordatorio", "el recordatorio", "recordatorios", "los recordatorios", "solo el recordatorio",
        "ese recordatorio", "solo ese", "recordatorio por favor", "solo recordatorio", "solo eso", "la fecha",
    ),
)  # fmt: skip
WONDERS = Says(
    en=("what", "huh", "what texts", "which texts", "what bill", "which bill", "what plan", "what reminder", "wdym"),
    es=("que", "como", "cuales textos", "que textos", "cual factura", "que factura", "que plan", "mande", "eh"),
)
"""They do not see what we ask."""

HELP_WANTED = Keyword(
    "help",
    en=(
        "help me", "need help", "i need help", "help please", "please help", "please help me", "can you help me",
        "can you help", "what can you do", "what can i text", "what can i say", "what do i text", "what do i do",
        "menu", "commands", "options", "im confused", "i am confused", "i dont understand",
        "i dont get it", "how does this work", "what can this number do", "what can i do with this number",
        "what can this thing do", "wat can this thing do", "what kinda stuff can i ask",
        "what kind of things can i ask", "what things can i ask", "what can u do", "what can u do for me",
        "what can you do for me", "what can i ask", "what can i ask you", "what can i ask u", "what stuff can i ask",
        "what can i do here", "what can i do on here", "what do i type", "what do i type in", "what can i type",
        "list of commands", "a list of commands", "list of comands",
    ),
    es=(
        "ayudeme", "ayudenme", "ayudame", "necesito ayuda", "me puede ayudar", "me pueden ayudar", "menu", "opciones",
        "que puedo hacer", "que hago", "no entiendo", "no entiendo nada", "no entendi", "como funciona esto",
        "que puedo preguntar", "que le puedo preguntar", "que te puedo preguntar", "cosas te puedo preguntar",
        "que puedo hacer aqui", "q puedo hacer", "q puedo hacer aqui", "que opsiones hay", "que opsiones ay",
        "que cosas le puedo preguntar", "cosas le puedo preguntar",
        "que opciones tengo", "que opciones hay", "para que sirve", "para que sirve esto", "para que sirve este numero",
        "que hacen por este chat", "que hacen por aqui", "como se usa esto", "que comandos hay",
    ),
)  # fmt: skip
"""HELP asked for in a sentence."""


def says_plan(turn: Turn) -> bool:
    """PLAN, where there is one."""
    return has_plan(turn) and (MEANS_PLAN(turn) or means_money(turn.said.words))


def says_bill(turn: Turn) -> bool:
    """BILL, where there is no plan."""
    return not has_plan(turn) and (MEANS_BILL(turn) or means_money(turn.said.words))


def says_reminder(turn: Turn) -> bool:
    """REMINDER, where that was asked; or once more that it should end."""
    asked = turn.recall("reminder") is True
    return asked and (MEANS_REMINDER(turn) or reminders_called_off(turn.said.words))
