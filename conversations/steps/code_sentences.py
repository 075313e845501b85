"""Whole sentences about a code: they want it by text, or again, or wonder what it is."""

import re
from typing import Final

from conversations.steps.code_words import BY_EMAIL, BY_TEXT, RESEND, WHAT_CODE
from conversations.turn import Turn

_DENIED: Final = re.compile(
    r"\b(?:dont|do not|stop|quit|never|not|no) (?:\w+ )?(?:send|text|txt|want|need|resend|mail|email)"
    r"|\bno (?:me |quiero |lo |la )*(?:mand|envi|otr)\w*"
    r"|\b(?:later|tomorrow|manana|despues)\b"
)
_TEXT_IT: Final = re.compile(
    r"\btext (?:me (?:it|that|the code|a code|one|instead)|(?:it|that|the code|a code|one)\b)"
    r"|\b(?:by|via|thru|through|in|with|as) (?:a )?text\b|\bto my (?:phone|cell)\b|\bsend (?:me )?a text\b"
    r"|\b(?:por|en un|un) (?:texto|mensaje|mensajito|sms)\b|\b(?:al|a mi|en mi) (?:celular|cel|telefono)\b"
)
_NO_MAIL: Final = re.compile(
    r"\b(?:dont|do not|cant|cannot|can not|couldnt|aint|no longer) (?:\w+ ){0,2}?"
    r"(?:have|got|use|check|do|access|open|get (?:in|into|to|on)|log into|log in to|remember|reach|see)"
    r"(?: access to| into| to| in)? (?:my|an|any|that|no|this)? ?(?:e ?mail|gmail|inbox)\b(?! you| from)"
    r"|\b(?:locked out of|lost|forgot|changed) my (?:e ?mail|gmail)\b|\b(?:have|got) a new e ?mail\b"
    r"|\b(?:no|ya no) (?:\w+ )?(?:tengo|uso|puedo|recuerdo)"
    r"(?: (?:entrar|abrir|ver|revisar|checar|acceso|acceder|usar|a|al|en))*"
    r"(?: (?:mi|el|ese|este|un|ningun))? (?:correo|e ?mail|gmail)\b"
)
_AGAIN: Final = re.compile(
    r"\b(?:re ?send|(?:send|text|txt|mail|email|code|codes|it|one|that|me) again|again (?:please|pls|plz)"
    r"|(?:another|new|fresh) (?:one|code)|one more (?:time|code)|(?:typed|put|entered|wrote|sent) (?:it|that|the code) "
    r"(?:in )?wrong|(?:didnt|did not|never|havent|dont|cant|cannot) (?:\w+ )?"
    r"(?:get|got|gotten|see|find|receive|received) (?:\w+ )?(?:e ?mail|code|text)"
    r"|reenvi\w+|(?:otra|nueva) clave|(?:otro|nuevo) codigo|otra ve[zs]|de nuevo|nuevamente"
    r"|(?:puse|escribi|teclee|mande) (?:mal|el codigo mal|la clave mal)|(?:lo|la) (?:puse|escribi|teclee) mal)\b"
)
_OTHER_THINGS: Final = re.compile(
    r"\b(?:links?|enlace|liga|card|tarjeta|plan|receipt|recibo|bill|pay\w*|pag\w+|dollars|page|pagina|statement)\b"
)
_WONDERS: Final = re.compile(
    r"^(?:but |y |ok |so |and )?(?:why|how come|what for|for what|whats it for|what is it for|what code|which code|"
    r"por que|porque|para que|para que es|cual codigo|que codigo|cual clave|que clave)(?: is (?:it|that))?$"
)
_LOOKING: Final = re.compile(r"\b(?:spam|junk|promotions|inbox|no deseado|no deseados|basura|bandeja)\b")
_LONGEST: Final = 20
"""Words; more than that is about more than the code."""


def chooses_here(turn: Turn) -> bool:
    """They want it in this very thread."""
    return (wants_text if turn.facts.channel == "text" else BY_EMAIL)(turn)


def wants_text(turn: Turn) -> bool:
    """BY_TEXT, or a sentence that says so: "I don't have my email on this phone can you text it to me"."""
    return BY_TEXT(turn) or _said(turn, _TEXT_IT) or _said(turn, _NO_MAIL)


def wants_again(turn: Turn) -> bool:
    """RESEND, or a sentence about a code and nothing else that says so: "I typed it wrong, send it again"."""
    return RESEND(turn) or _said(turn, _AGAIN)


def wonders(turn: Turn) -> bool:
    """What is this code for, while they have asked for it; or a mere "why?" to our question."""
    words = turn.heard.words if turn.heard else ""
    looking = _LOOKING.search(words) is not None and _short(words)
    return WHAT_CODE(turn) or _WONDERS.search(words) is not None or looking


def not_six_digits(turn: Turn) -> bool:
    """Digits that are no code of ours."""
    words = turn.heard.words.replace(" ", "") if turn.heard else ""
    return words.isdigit() and turn.facts.codes.verdict is None


def asks_language(turn: Turn) -> bool:
    """Another language, and nothing else."""
    return turn.heard is not None and turn.heard.asked_language in turn.facts.languages


def _short(words: str) -> bool:
    return len(words.split()) <= _LONGEST


def _said(turn: Turn, pattern: re.Pattern[str]) -> bool:
    words = turn.heard.words if turn.heard else ""
    if not _short(words) or not pattern.search(words) or _OTHER_THINGS.search(words):
        return False
    return not _DENIED.search(_NO_MAIL.sub(" ", words))
