"""Words about what should stop, and the answers to our one question about it."""

import re
from typing import Final

from conversations.events import Way
from conversations.machine import Keyword, Says
from conversations.turn import Turn

_TEXTS: Final = frozenset("text texts texting texted sms texto textos mensaje mensajes phone telefono celular".split())
_MAIL: Final = frozenset("mail mails mailing email emails emailing correo correos".split())
_BOTH: Final = frozenset("contact contacting contacten contactarme everything all todo anywhere".split())
ABOUT_PLAN: Final = frozenset("cancel plan plans payment payments autopay cargos pagos cuotas mensualidades".split())

# What should come instead is not what should end: "stop texting me, email me instead".
_DENIED: Final = r"(?<!dont )(?<!not )(?<!never )(?<!stop )(?<!or )(?<!and )(?<!no )"
_WANTS_MAIL: Final = re.compile(
    rf"\b{_DENIED}e?mail me\b|\b(?:by|via|use) e?mail\b|\be?mails? (?:only|instead|is|are|ok|fine)\b"
    r"|\b(?:por|mejor|solo|prefiero(?: el| los)?) correos?\b|\bprefer e?mails?\b"
)
_WANTS_TEXTS: Final = re.compile(
    rf"\b{_DENIED}text me\b|\b(?:by|via|use) text\b|\btexts? (?:only|instead|is|are|ok|fine)\b"
    r"|\b(?:por|mejor|solo|prefiero(?: los)?) (?:textos?|mensajes?)\b|\bprefer texts?\b"
)
_ENDS_MAIL: Final = re.compile(
    r"\b(?:stop|quit|end|no|dont|not|never|unsubscribe|off|out|remove|cancel|paren|pare|dejen|deje)(?: \w+){0,3}"
    r" (?:e?mails?|e?mailing|correos?)\b"
)


def meant(said: str, here: Way) -> tuple[Way, ...]:
    """Which of our channels should end: those they name; where they name none, the one they write on."""
    words = set(said.split())
    texts = bool(words & _TEXTS) and not _WANTS_TEXTS.search(said)
    mail = bool(words & _MAIL) and not _WANTS_MAIL.search(said)
    if texts == mail and (texts or words & _BOTH):
        return "text", "email"
    return ("text",) if texts else ("email",) if mail else (here,)


def ends_mail(said: str) -> bool:
    """Mail is named as what should end, and nothing but mail."""
    return bool(_ENDS_MAIL.search(said)) and meant(said, "email") == ("email",)


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
    return bool(words & _MONEY) and not words & (_TEXTS | _MAIL | _LEAVE)


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


def has_plan(turn: Turn) -> bool:
    """A payment plan may be what they mean."""
    return any(p.has_plan for p in turn.facts.people)


def about_plan(turn: Turn) -> bool:
    """They name the plan, or what it takes: not only texts should end."""
    return turn.heard is not None and not ABOUT_PLAN.isdisjoint(turn.heard.words.split())


def says_plan(turn: Turn) -> bool:
    """PLAN, where there is one."""
    return has_plan(turn) and (MEANS_PLAN(turn) or means_money(turn.said.words))


def says_bill(turn: Turn) -> bool:
    """BILL, where there is no plan."""
    return not has_plan(turn) and (MEANS_BILL(turn) or means_money(turn.said.words))
