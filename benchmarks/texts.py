"""Texts as patients write them, never the same twice: what was heard before is not what hearing costs."""

from collections.abc import Callable, Mapping
from random import Random
from string import ascii_lowercase

NAMES = "peter rosa marta joe julian kim ling tatiana roger anita omar priya dmitri wanda luz".split()
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTHS = "may june july august september october".split()
DIAS = "lunes martes miércoles jueves viernes sábado domingo".split()
PICTURES = "😀 👍 🙏 😡 ❤️ 🎉 🤷🏽‍♀️ 💳".split()
WORDS = (
    "my husband went in on tuesday and they told us something else at the desk so i called about this bill again but"
    " nobody could say why it was so much when insurance should have paid for that visit last month please look at it"
    " because we never got a letter or anything and i am not sure what i owe you for her first test"
).split()
FULL = 160
LONG = 1600

Kind = Callable[[Random], str]


def sum_named(rng: Random) -> str:
    """Some dollars, here and there with cents."""
    return rng.choice((f"{rng.randint(15, 400)}", f"${rng.randint(15, 400)}", f"{rng.randint(15, 400)}.50"))


def money(rng: Random) -> str:
    """One sum."""
    name, dollars = rng.choice(NAMES), sum_named(rng)
    return rng.choice(
        (
            f"can i pay {dollars} today",
            f"hi its {name} i can do {dollars} right now",
            f"put {dollars} on my bill {name}",
        )
    )


def dates(rng: Random) -> str:
    """Several days, and a sum for each."""
    first, second, day, number = sum_named(rng), sum_named(rng), rng.choice(DAYS), rng.randint(6, 28)
    return rng.choice(
        (
            f"can i pay {first} on {day} and the rest on the {number}th of {rng.choice(MONTHS)}",
            f"i get paid next {day} so {first} then, {second} on 6/{number} and the rest in two weeks",
            f"{rng.choice(NAMES)} here, {first} in two weeks and {second} at the end of the month, is that ok",
        )
    )


def sentences(rng: Random) -> str:
    """A question in a sentence."""
    return rng.choice(
        (
            f"hi this is {rng.choice(NAMES)}, how much do i owe for {rng.choice(MONTHS)}",
            f"what was the visit on {rng.randint(1, 12)}/{rng.randint(1, 28)} for? {rng.choice(NAMES)} asks",
            f"{rng.choice(NAMES)} says the link for {sum_named(rng)} doesn't open, can you send it again",
        )
    )


def spanish(rng: Random) -> str:
    """With accents and signs."""
    return rng.choice(
        (
            f"Hola, soy {rng.choice(NAMES)}. ¿Cuánto debo de la visita del {rng.randint(1, 28)}?",
            f"¿Puedo pagar {sum_named(rng)} el próximo {rng.choice(DIAS)} y lo demás en 15 días? {rng.choice(NAMES)}",
            f"Doña {rng.choice(NAMES)} no entendió el recibo de {sum_named(rng)} dólares, llámeme mañana",
        )
    )


def pictures(rng: Random) -> str:
    """Words and emoji."""
    return f"{rng.choice(PICTURES)} {sentences(rng)} {rng.choice(PICTURES)}{rng.choice(PICTURES)}"


def opt_outs(rng: Random) -> str:
    """In other words than STOP."""
    return rng.choice(
        (
            f"this is {rng.choice(NAMES)} please quit texting me about the {sum_named(rng)}",
            f"I'm {rng.randint(30, 99)} years old, take me off your list and write to me at home",
            f"por favor ya no me manden mensajes de los {sum_named(rng)}, {rng.choice(NAMES)}",
        )
    )


def _up_to(length: int, word: Kind) -> Kind:
    def told(rng: Random) -> str:
        text = ""
        while len(text) < length:
            text += f"{word(rng)} "
        return text[:length].strip()

    return told


def _nonsense(rng: Random) -> str:
    return "".join(rng.choices(ascii_lowercase, k=rng.randint(2, 9)))


def _word(rng: Random) -> str:
    return rng.choice(WORDS)


KINDS: Mapping[str, Kind] = {
    "a sentence": sentences,
    "a sum": money,
    "sums and days": dates,
    "Spanish": spanish,
    "with emoji": pictures,
    "opt-out in words": opt_outs,
    "words, 160 characters": _up_to(FULL, _word),
    "nonsense, 160": _up_to(FULL, _nonsense),
    "words, 1,600 (no limit)": _up_to(LONG, _word),
    "nonsense, 1,600 (no limit)": _up_to(LONG, _nonsense),
}


def fresh(kind: Kind, count: int, seed: int = 7) -> list[str]:
    """So many different ones, the same in every run."""
    rng, found = Random(seed), dict[str, None]()
    while len(found) < count:
        found[kind(rng)] = None
    return list(found)
