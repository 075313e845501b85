"""A sum offered without the word "pay" ("take 50", "i can do 50 today"), and payments put off or in parts."""

import re
from typing import Final

from conversations.hearing.wordings import Replaced, Wordings

# Words are compared with the sum taken out, so that one mark stands for every way to write it.
_DIGITS: Final = re.compile(r"\b\d+(?: \d+)*\b")
_SPELLED: Final = Replaced(
    r"\b(?:(?:a |one |two |three |four |five )?hundred|ten|fifteen|diez|quince|veinticinco|cien|doscientos|trescientos"
    r"|(?:twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety)(?: (?:one|two|three|four|five|six|seven|eight|"
    r"nine))?|(?:veinte|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)(?: y (?:uno|dos|tres|cuatro|cinco|"
    r"seis|siete|ocho|nueve))?)(?: (?:and )?(?:twenty five|fifty|seventy five|cincuenta))?\b"
)
_CURRENCY: Final = re.compile(r"# (?:dollars?|bucks?|usd|dolares|dolar|dlls?)\b")
_SUM: Final = "#"
_BEFORE: Final = (
    r"(?:(?:ok|okay|sure|fine|vale|claro|"
    r"hi|hello|hey|yes|yeah|so|well|please|pls|i|we|just|only|maybe|and|then|honestly|right now|today|"
    r"hola|si|bueno|entonces|por favor|ahorita|hoy|solo|nomas) )*"
)
_VERB: Final = (
    r"(?:(?:i |we )?(?:can|could|will|ll|would like to|want to|wanna|might|may) (?:only |just |probably |maybe )?"
    r"(?:do|give you|give u|give|send you|send|put|afford|manage|swing|make it|spare|contribute|offer)"
    r"|(?:can|could|may) (?:i|we|you) (?:just |only )?(?:do|give|give you|send|put|take|charge|run)"
    r"|(?:ill|well|id|imma|ima|gonna|let me|lemme|lets|lets just) (?:just |only |like to )?(?:do|give you|send|put)"
    r"|take|just take|take out|charge|charge me|charge my card|run|put|put down|apply|do|do just|here is|heres|"
    r"how about|how bout|howbout|hows|what about|what bout|lets say|make it|i only have|i have only"
    r"|(?:yo )?(?:le |les )?(?:puedo|podria|quiero|quisiera|voy a) (?:solo )?(?:dar|darle|darles|hacer|mandar|poner|"
    r"ofrecer)|puedo(?: con)?|(?:le |les )?(?:doy|mando|ofrezco|pongo)|tome|tomen|cobre|cobreme|cobren|ponga|aqui van|"
    r"que tal|nada mas tengo|solo tengo)"
)
_AFTER: Final = (
    r"(?: (?:today|now|right now|tonight|please|pls|plz|thanks|thank you|for now|on it|to it|toward it|towards it|"
    r"down|this month|this week|at this time|at the moment|max|maximum|only|though|ok|if thats ok|is that ok|"
    r"(?:on|to|toward|towards|off|for) (?:my|the|this|that) (?:bill|balance|account|total)|out of it|of it|"
    r"hoy|ahora|ahorita|este mes|esta semana|por ahora|por favor|porfa|gracias|a la cuenta|a mi cuenta|"
    r"(?:de|a|con) mi tarjeta|"
    r"(?:from|on|off|with|to) my card|nomas|nada mas|esta bien))*"
)
_OFFERED: Final = re.compile(
    rf"{_BEFORE}(?:{_VERB} {_SUM}{_AFTER}|(?:is|would|will) {_SUM} (?:work|ok|okay|enough|fine|be ok|be fine){_AFTER}"
    rf"|{_SUM} (?:now|today|right now|for now|hoy|ahora|ahorita){_AFTER})"
)
_MONEY: Final = re.compile(rf"{_BEFORE}{_SUM}{_AFTER}")
_HAS_CURRENCY: Final = re.compile(r"\$|\b(?:dollars?|bucks?|usd|d[oó]lares|dlls?)\b", re.IGNORECASE)

_DAY: Final = (
    "(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thur|thurs|fri|sat|sun|week|month|"
    "weekend|paycheck|payday|pay ?day)"
)
_DIA: Final = "(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)"
_LATER: Final = (
    rf"(?:(?:on |by |this |this coming |next |on the next )?{_DAY}|tomorrow|later|soon|after (?:work|{_DAY})|"
    r"when (?:i|we) (?:get|come|go)|at my next (?:visit|appointment|appt)|at the (?:visit|appointment|end)|"
    r"(?:on |by )?the (?:\d+(?:st|nd|rd|th)?|first|end)|in (?:a|two|three|2|3|a few|a couple of|a couple) (?:days?|"
    r"weeks?)|"
    rf"(?:el |este |el proximo )?{_DIA}|manana|despues|luego|la (?:proxima|otra) (?:semana|quincena)|"
    r"el (?:proximo|otro) (?:mes|viernes)|a fin de mes|cuando (?:me paguen|cobre))"
)
_OBJECT: Final = (
    rf"(?: (?:{_SUM}|you|u|it|this|that|my|the|bill|balance|all|of|some|half|in full|full|off|rest|other|le|la|el|"
    r"cuenta|todo|saldo|mitad|resto|demas|otra))*"
)
_PUT_OFF: Final = re.compile(rf"\b(?:pay|paying|pagar|pagare|pago|bring|remind me|do|send|dar|doy){_OBJECT} {_LATER}\b")
_PAYS: Final = frozenset("pay paying pagar pagare pago bring remind do send dar doy".split())
"""Words that `_PUT_OFF` begins with: most messages have none of them."""
_NOW_AS_WELL: Final = frozenset("now today hoy ahora ahorita".split())
_SPREAD: Final = Wordings(
    r"\b(?:in|into|over|en|por|for) (?:\d+|two|three|four|five|six|dos|tres|cuatro|cinco|seis|a few|several|unos) "
    r"(?:\w+ )?(?:payments?|months?|checks|installments|parts|pieces|pagos|meses|cuotas|abonos|mensualidades|partes)\b"
    r"|\b(?:split|divide|break) (?:\w+ ){0,3}(?:up|in|into)\b|\b(?:dividir|dividirlo|dividirla|partirlo) en\b"
    r"|\b(?:in (?:pieces|chunks|parts|installments)|en (?:pedazos|partes|abonos|cuotas))\b"
    r"|\bpay (?:\w+ )?(?:weekly|biweekly|every (?:week|"
    r"two weeks|paycheck|payday)|each (?:week|paycheck))\b|\bcada (?:semana|quincena)\b"
    r"|\b\d+ (?:dollars |bucks )?(?:a|per|every|each) (?:week|paycheck|month)\b|\b\d+ (?:\w+ )?(?:a la|por) (?:semana|"
    rf"quincena)\b|\b\d+ (?:\w+ )?(?:every|each|cada) (?:other )?(?:{_DAY}|{_DIA}|quincena)\b"
    r"|\b\d+ (?:dollars |bucks |dolares )?(?:weekly|biweekly|semanal|semanales|quincenal|"
    r"quincenales|month|monthly|mo|al mes|por mes|mensual|mensuales)\b"
    r"|\b^(?:(?:can|could) (?:you|we|i) do |how about |what about |maybe )?(?:\d+|two|three|four|six|twelve|dos|tres|"
    r"cuatro|seis|doce) (?:months|payments|meses|pagos|mensualidades)(?: please| por favor)?$"
)


def offered(words: str, raw: str) -> bool | None:
    """A sum and hardly a word beside it: True where it is plainly money, False for a bare number, None otherwise."""
    marked = _marked(words)
    if marked.count(_SUM) != 1:
        return None
    if _OFFERED.fullmatch(marked):
        return True
    return bool(_HAS_CURRENCY.search(raw)) if _MONEY.fullmatch(marked) else None


def put_off(words: str) -> bool:
    """They will pay, on a later day."""
    tokens = words.split()
    if len(tokens) < 2 or _PAYS.isdisjoint(tokens) or not _NOW_AS_WELL.isdisjoint(tokens):
        return False
    return bool(_PUT_OFF.search(_marked(words)))


def spread(words: str) -> bool:
    """They would pay in several parts."""
    return " " in words and bool(_SPREAD.search(words))


def _marked(words: str) -> str:
    return _CURRENCY.sub(_SUM, _SPELLED.subn(_SUM, _DIGITS.sub(_SUM, words))[0])
