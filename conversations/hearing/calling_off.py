"""What somebody calls off that is plainly not our texts: "cancel that", their plan, a payment, a reminder."""

import re
from typing import Final

from conversations.hearing.wordings import Wordings

_PLEASE: Final = (
    "(?:no|oh|oops|ok|okay|yes|wait|hold on|actually|sorry|please|pls|plz|just|never mind|nevermind|nvm|my bad|thanks|"
    "thank you|can you|could you|you can|i want to|i need to|id like to|lets|go ahead and|i changed my mind|"
    "changed my mind|on second thought|i guess|hi|hello|now|for now|again|then|and|so|"
    "ay|mejor|perdon|disculpe|por favor|porfa|porfavor|cambie de opinion|ya no|quiero|quisiera|puede|pueden|si|gracias|"
    "espere|hola|siempre no|pensandolo bien)"
)
_TAKEN_BACK: Final = re.compile(
    rf"^(?:{_PLEASE} )*(?:cancel|undo|scratch|take back) (?:it|that|this|that one|this one|it all|all that|what i said|"
    rf"that last one|the last one|what i set up|the request|my request)(?: {_PLEASE})*$"
    rf"|^(?:{_PLEASE} )*(?:cancel[ae]n?l[oa]|cancelarl[oa]|anul[ae]n?l[oa]|(?:cancel[aeo]n?|cancelar|anul[ae]n?|anular)"
    rf"(?: (?:eso|esto|ese|lo ultimo|lo anterior|lo que pedi)| {_PLEASE})?)(?: {_PLEASE})*$"
)

_MINE: Final = (
    r"(?:(?:my|the|this|that|our|his|her|an?|any|all|of|moms?|dads?|payment|monthly|current|old|new|automatic|next|"
    r"recurring|whole|rest|entire) ){0,4}"
)
_MIO: Final = r"(?:(?:ya|de|del|el|mi|este|ese|un|con|los|la|las|mis|su|proximo|todo) ){0,4}"
_PLAN: Final = Wordings(
    r"\b(?:cancel(?:l?ing)?|stop(?:ping)?|end(?:ing)?|quit|terminate|discontinue|halt|suspend|close|drop|leave|"
    r"opt(?:ed|ing)?(?: me)? out of|un ?enroll(?: me)? from|turn off|shut off|off of|off|out of|remove me from|"
    rf"dont want) {_MINE}"
    r"(?:plan|auto ?pay(?:ments?)?|auto ?draft|(?:automatic|monthly|recurring) (?:payments?|withdrawals?|charges?|"
    r"thing)|"
    r"paying monthly|agreement)\b"
    r"|\b(?:cancel\w*|par(?:e|en|ar|enme)|deten\w*|suspend\w*|termin\w*|quit\w*|salir(?:me)?|baja|dejar|acabar|"
    rf"no quiero) {_MIO}(?:plan|(?:pagos?|cargos?|cobros?) automaticos?|mensualidad(?:es)?|cuotas?)\b"
)
# "Stop the payments" may be about texts that speak of payments; one payment, or "my payments", may not.
_PAYMENT: Final = Wordings(
    r"\b(?:cancel(?:l?ing)?|stop(?:ping)?|halt|void|reverse|take back) (?:my|the|this|that|a|an|our|his|her|todays|"
    r"tomorrows)(?: (?!text|stop)\w+){0,2}? (?:payment|charge|transaction|withdrawal|transfer)\b(?! (?:plan|texts?|"
    r"reminders?))"
    r"|\b(?:cancel|stop|halt) (?:my|our) (?:\w+ )?(?:payments|charges|withdrawals)\b(?! (?:texts?|reminders?))"
    r"|\b(?:stop|quit) (?:charging|taking|pulling|withdrawing|deducting|drafting) (?:\w+ ){0,4}"
    r"(?:card|visa|mastercard|account|bank|checking|money|payments?)\b"
    r"|\b(?:cancel\w*|par(?:e|en|ar)|deten\w*|suspend\w*|anul\w*) (?:mi|el|este|ese|un|mi proximo|el proximo)"
    r"(?: \w+)? (?:pago|cargo|cobro)\b|\b(?:cancel\w*|par(?:e|en|ar)|deten\w*|suspend\w*|anul\w*) mis "
    r"(?:pagos|cargos|cobros)\b|\b(?:dejen|deje|dejar|paren|pare) de (?:cobrar|cargar|sacar|quitar)\w* (?:\w+ ){0,3}"
    r"(?:tarjeta|cuenta|dinero|banco)\b"
)
_MADE: Final = re.compile(r"\b(?:i (?:just )?made|just (?:made|paid|sent)|i paid|acabo de|que hice)\b")
_REMINDER: Final = re.compile(r"\b(?:remind\w*|recuerd\w+|record(?:ar|and|ator)\w+|recordar)\b")
# What is said about being written to at all is about texts, whatever else is in it.
_WRITING: Final = re.compile(
    r"\b(?:text\w*|sms|messag\w*|msgs?|notif\w*|contact\w*|bother\w*|harass\w*|spam\w*|anything|mensaj\w*|avis\w*|"
    r"escrib\w*|molest\w*|e?mails?|correos?|calls?|calling|llam\w*|everything|todo)\b"
)


def taken_back(words: str) -> bool:
    """What was asked or offered just before: "cancel that", and hardly more."""
    return _TAKEN_BACK.search(words) is not None


def plan_called_off(words: str) -> bool:
    """A payment plan, or what it takes by itself."""
    return _PLAN.search(words) is not None and not writing_named(words)


def payment_called_off(words: str) -> bool:
    """One payment, or their payments; not "the payments"."""
    return _PAYMENT.search(words) is not None and not writing_named(words)


def made_already(words: str) -> bool:
    """The payment is one that they have made."""
    return _MADE.search(words) is not None


def reminders_called_off(words: str) -> bool:
    """Reminders, and nothing else that we write."""
    return _REMINDER.search(words) is not None and not writing_named(words)


def writing_named(words: str) -> bool:
    """That we write to them at all, or everything."""
    return _WRITING.search(words) is not None
