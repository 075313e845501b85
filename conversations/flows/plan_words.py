"""Words with which people ask for a payment plan, and answer about it."""

import re
from typing import Final

from conversations.machine import Keyword, Says

KEYWORDS = (
    Keyword(
        "next_asked",
        en=(
            "next payment", "my next payment", "when is my next payment", "when is the next payment",
            "when will you charge me", "when do you charge me", "when is it charged", "when is the next one due",
            "when is my next one", "when does it come out", "when do you take it out",
        ),
        es=(
            "proximo pago", "mi proximo pago", "cuando es el proximo pago", "cuando es mi proximo pago",
            "siguiente pago", "cuando me cobran", "cuando me van a cobrar", "cuando sigue mi pago",
        ),
    ),
    Keyword(
        "asked",
        en=(
            "plan", "payment plan", "plans", "payment plans", "pay monthly", "monthly payments",
            "monthly payment", "monthly", "installments", "installment", "pay in installments", "pay over time",
            "paying over time", "options for paying", "pay a little each month", "pay a little at a time",
            "make payments", "small payments", "split it up", "split the bill", "split my bill",
            "split it into payments", "spread it out", "set up payments", "set up a plan",
            "set up a payment plan", "payment arrangement", "payment arrangements", "make arrangements",
            "pay every month", "pay each month", "pay per month", "a month", "financing", "finance it",
            "change my plan", "see my plan", "my plan", "do you have payment plans", "do you offer payment plans",
            "payment options", "ways to pay over time", "split it", "can i split it", "split this", "split payments",
            "work something out", "work with me", "per month", "auto pay", "autopay", "set up autopay",
            "set up auto pay", "lower payments",
            "lower my payments", "lower my payment", "smaller payments", "lower monthly payments",
            "how much is left on my plan", "left on my plan", "payments left", "how many payments",
            "how many payments do i have left", "two payments", "2 payments", "three payments", "3 payments",
            "four payments", "4 payments",
            "make two payments", "in two payments", "pay less each month", "pay less a month", "pay more each month",
            "pay more a month",
            "every month", "of every month", "each month", "payments of", "a little each month",
            "a little every month", "little by little each month", "bit by bit", "a lil at a time", "payment plann",
            "a lil each month", "pay in monthly installments",
            "monthly installments", "break it up", "break this up", "break this into", "break it into",
            "break it into payments", "smaller payments over time", "in pieces", "in chunks",
            "pay it in chunks", "4 chunks",
            "instead of all at once", "not all at once", "cant pay all at once", "pay this off a little",
            "pay it off a little each month",
        ),
        es=(
            "plan", "plan de pago", "plan de pagos", "un plan", "mi plan", "planes de pago", "pagos mensuales",
            "mensualidades", "mensualidad", "pagos automaticos",
            "dividir el pago", "en mensualidades", "pagar en mensualidades", "pagar mensual",
            "pagar mensualmente", "pagar por mes", "pagar cada mes", "pagar poco a poco", "pagar en pagos",
            "pagar a plazos", "pagar en cuotas", "a plazos", "en cuotas", "cuotas", "pagos chiquitos",
            "pagos pequenos", "abonos", "pagar en abonos", "hacer un plan", "hacer pagos", "hacer un arreglo",
            "arreglo de pago", "un arreglo", "al mes", "cada mes", "por mes", "financiamiento",
            "pagos mas chicos", "pagos mas pequenos", "cuantos pagos faltan", "cuantos pagos",
            "bajar mi pago", "bajar el pago", "bajar los pagos", "bajar mis pagos", "bajar la mensualidad",
            "dos pagos", "tres pagos", "pagar menos al mes", "pagar menos cada mes",
            "2 pagos", "3 pagos", "4 pagos", "pagos de", "cada primero de mes", "un poquito cada mes",
            "de poquito en poquito", "de a poquito", "ir pagando", "ir pagando poco a poco", "todo de una vez no puedo",
            "un poco cada mes", "poquito cada mes", "poco a poco", "en partes", "por partes", "me lo dividen",
            "me lo divide", "dividirlo", "lo dividen", "de un jalon", "todo de un jalon", "todo junto no puedo",
            "en abonos", "en varios pagos", "en pedazos", "por pedazos",
        ),
    ),
)  # fmt: skip
ASK: Final = Says(
    en=("ask", "ask them", "please ask", "ask please", "ask it", "send it", "send", "ask billing", "ask the office"),
    es=("pedir", "pida", "pidalo", "enviar", "envielo", "pregunte", "preguntar", "mandelo", "pedir por favor"),
)
NEW: Final = Says(
    en=("new", "new plan", "new terms", "other terms", "start over", "change it", "other", "different"),
    es=("nuevo", "otro", "otro plan", "nuevo plan", "de nuevo", "cambiarlo", "otros pagos", "diferente"),
)
CHEAPER: Final = Says(
    en=(
        "lower", "less", "cheaper", "smaller", "too much", "thats too much", "that is too much", "still too much",
        "too high", "can you go lower", "go lower", "can it be lower", "something lower", "as low as possible",
        "the lowest", "lowest", "whatever is lowest", "the minimum", "minimum", "whats the minimum", "the smallest",
        "cant do that much", "cant do any of those", "the lowest one", "which is the lowest", "which one is the lowest",
        "which one is cheapest", "which is cheapest", "whats the lowest", "the cheapest", "the cheapest one",
    ),
    es=(
        "menos", "mas bajo", "mas barato", "mas chico", "es mucho", "mucho", "muy alto", "es muy alto",
        "puede ser menos", "algo mas bajo", "lo menos posible", "lo minimo", "el minimo", "minimo",
        "cual es el minimo", "la mas barata",
        "la mas baja", "cual es la mas baja", "cual es la mas barata", "cual es la menor", "la mas bajita",
        "la mas chica", "la menor", "no puedo tanto",
    ),
)  # fmt: skip
LATER: Final = Says(
    en=(
        "later", "let me think", "let me think about it", "ill think about it", "i will think about it",
        "need to think about it", "none", "none of those", "none of them", "neither", "nvm", "maybe later",
        "i dont want to do this", "i dont want to do this anymore", "i dont want this anymore", "i dont want this",
        "i dont want it anymore", "i changed my mind", "changed my mind",
    ),
    es=(
        "luego", "mas tarde", "dejeme pensarlo", "lo voy a pensar", "lo pienso", "ninguna", "ninguno",
        "ninguna de esas", "despues", "ya no quiero", "ya no lo quiero", "cambie de opinion",
    ),
)  # fmt: skip
WHY_SO_MANY: Final = re.compile(
    r"(?:but |pero )?(?:why|how come|por que|porque) (?:is it |are there |is there |do i |it is |son |hay |es )?"
    r"(?:only|just|so|need|solo|nomas|tan|tantos|tan pocos)\b.*\b(?:payments?|months?|many|few|pagos|meses|approval)\b"
)
JUST_PAY: Final = re.compile(r"\b(?:just|ill|rather|better|mejor|solo|lo|la) (?:just )?(?:pay|pago|pagar)\b")
WHEN: Final = Says(
    en=(
        "when", "when does it start", "when would it start", "when do i start", "when is the first payment",
        "when is the first one", "when is the next payment", "when is my first payment", "when is the first one due",
        "what day", "which day", "what day is it due", "when is it due", "when would i pay", "when do i pay",
        "starting when", "when are the payments", "can i pick the day", "can i choose the day",
    ),
    es=(
        "cuando", "cuando empieza", "cuando empiezo", "cuando es el primer pago", "cuando es el primero",
        "cuando es el proximo pago", "cuando pago", "cuando tengo que pagar", "que dia", "que dia es", "desde cuando",
        "cuando comienza", "a partir de cuando", "cuando seria el primer pago", "puedo escoger el dia",
        "puedo elegir el dia", "que fecha", "en que fecha",
    ),
)  # fmt: skip
