"""Which of our ways to write to somebody their words name: texts, mail, or both."""

import re
from typing import Final

from conversations.events import Way

TEXTS: Final = frozenset("text texts texting texted sms texto textos mensaje mensajes phone telefono celular".split())
MAIL: Final = frozenset("mail mails mailing email emails emailing correo correos".split())
_BOTH: Final = frozenset("contact contacting contacten contactarme everything all todo anywhere".split())

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
    texts = bool(words & TEXTS) and not _WANTS_TEXTS.search(said)
    mail = bool(words & MAIL) and not _WANTS_MAIL.search(said)
    if texts == mail and (texts or words & _BOTH):
        return "text", "email"
    return ("text",) if texts else ("email",) if mail else (here,)


def ends_mail(said: str) -> bool:
    """Mail is named as what should end, and nothing but mail."""
    return bool(_ENDS_MAIL.search(said)) and meant(said, "email") == ("email",)
