"""Words with which people say that we took their money twice."""

import re
from typing import Final

from conversations.machine import Keyword

KEYWORDS = (
    Keyword(
        "asked",
        en=(
            "charged twice", "i was charged twice", "charged me twice", "you charged me twice", "double charged",
            "double charge", "charged double", "billed twice", "i was billed twice", "billed me twice",
            "double billed", "paid twice", "i paid twice", "took it twice", "payment twice",
            "took my payment twice", "two times", "took my money twice", "two charges",
            "charged two times", "duplicate charge", "duplicate payment", "same bill twice", "charged again",
            "charged me again",
            "2 charges", "took two payments", "took 2 payments", "two payments on my card", "see two payments",
            "two payments came out", "took twice", "took out twice", "charged me two times", "charged me 2 times",
            "how come you charged me twice", "why was i charged twice", "why did you charge me twice",
            "why was i charged two times", "why did i get charged twice", "why am i being charged twice",
            "charged 2 times", "took it two times", "taken twice", "debited twice",
        ),
        es=(
            "me cobraron dos veces", "cobraron dos veces", "doble cobro", "cobro doble", "cargo doble",
            "doble cargo", "cobrado dos veces", "pague dos veces", "me cobraron doble", "dos cargos",
            "dos cobros", "cobro duplicado", "cargo duplicado", "me cobraron otra vez",
            "2 cargos", "2 cobros", "cobraron 2 veces", "me cobraron 2 veces", "cobrado 2 veces", "cobro 2 veces",
            "dos veces me cobraron", "por que me cobraron dos veces", "porque me cobraron dos veces",
            "por que me cobran dos veces",
        ),
    ),
)  # fmt: skip
SUM_TWICE: Final = re.compile(
    r"\b(?:charged|charge|took|take|billed|debited|withdrew|cobraron|cobro|cargaron)(?: \w+){0,2} \d+(?: \w+){0,3}"
    r" (?:twice|two times|2 times|dos veces|2 veces|doble)\b"
)
"""The same with the sum in the middle: "you took 40 twice"."""
