"""Which language somebody writes in, and which one they ask for."""

from typing import Final

_EN: Final = frozenset(
    "the i my is are was to pay how much please thanks thank what whats owe you your can could balance bill it this"
    " that"
    " and of for with have has dont cant do does did when where why who want need text texts stop hello hi hey yes okay"
    " payment card link insurance already paid charged money month wrong number person agent she he they we am im ive"
    " will would be been not just get send help code today tomorrow week off from stop start".split()
)
_ES: Final = frozenset(
    "hola gracias cuanto debo pagar por favor quiero el la los las de del mi mis con para una uno es esta estoy"
    " como cuando"
    " donde tengo tiene puedo puede saldo cuenta mensajes mensaje numero ayuda si que y yo usted ustedes pague pago"
    " pagos"
    " tarjeta enlace seguro dinero mes equivocado persona agente ella ellos ya cual porque quien necesito deseo hoy"
    " manana"
    " semana no se le lo al en su sus buenos buenas dias tardes noches clave codigo espanol ingles alto baja manden"
    " escriban dejen dolares cuota cuotas factura deuda soy murio fallecio madre padre hijo hija entiendo nada mas"
    " basta cancelar interesa ayudeme necesito doy tome otro otra mande manden mandeme deme cobre cobren cobraron"
    " pueden viernes lunes martes jueves mitad resto dar hasta quite quiten mueva cambiar vencio".split()
) - frozenset({"no", "me", "se", "ya"})

_WANTS_EN: Final = frozenset({"english", "ingles"})
_WANTS_ES: Final = frozenset({"spanish", "espanol", "castellano"})
_WISHES: Final = _WANTS_EN | _WANTS_ES
_POOR: Final = frozenset({("is", "not"), ("isnt", "good"), ("not", "good"), ("is", "bad"), ("no", "es")})
_NOT: Final = frozenset("no not dont cant doesnt isnt little poor bad poco mal nada sin ni".split())


def spoken(words: str) -> str | None:
    """Which of "en" and "es" the telling words point to, None when neither or both."""
    tokens = words.split()
    if tokens == ["y"]:
        return None  # yes in the one, and in the other
    english, spanish = sum(map(_EN.__contains__, tokens)), sum(map(_ES.__contains__, tokens))
    if english == spanish:
        return None
    return "en" if english > spanish else "es"


def asked_language(words: str) -> str | None:
    """The language somebody asks to be answered in ("english please", "no hablo ingles"), else None."""
    tokens = words.split()
    if len(tokens) > 14 or _WISHES.isdisjoint(tokens):
        return None
    wishes = {_wish(tokens, at) for at, token in enumerate(tokens) if token in _WANTS_EN or token in _WANTS_ES}
    return wishes.pop() if len(wishes) == 1 else None


def _wish(tokens: list[str], at: int) -> str:
    negated = not _NOT.isdisjoint(tokens[max(0, at - 4) : at]) or tuple(tokens[at + 1 : at + 3]) in _POOR
    return "en" if (tokens[at] in _WANTS_EN) != negated else "es"
