"""What may stand around the digits that approve a charge, and what leaves it or asks for another card."""

from conversations.machine import Says

LAST_FOUR = 4
AROUND = frozenset(
    "yes yeah yep ok okay sure please pls thanks thank you i approve approved confirm confirmed agree accept reply it"
    " is its the my card code number ending in with visa mastercard discover amex american express hi hello"
    " si claro dale de acuerdo por favor gracias apruebo confirmo acepto autorizo es el la mi tarjeta termina en que"
    " con numero responder respondo".split()
)
LEAVE_IT = Says(
    en=(
        "leave it", "leave it please", "no leave it", "dont charge it", "dont charge", "do not charge",
        "do not charge it", "dont charge me", "dont charge my card", "dont pay", "not yet", "later", "maybe later",
        "forget it", "skip it", "wait", "hold on", "wait a minute", "nvm", "not right now", "cancel it",
        "cancel that", "cancel the payment", "cancel this", "stop the payment",
    ),
    es=(
        "dejelo", "dejalo", "no cobre", "no me cobre", "no cobren", "no lo cobre", "mas tarde", "luego", "olvidelo",
        "espere", "todavia no", "espere un momento", "no me cobre por favor", "no me cobren", "no importa",
        "cancelar", "cancelelo", "cancele", "cancele eso", "cancelar el pago",
    ),
)  # fmt: skip
LINK = Says(
    en=(
        "link", "the link", "link please", "send link", "send me the link", "pay link", "another card", "other card",
        "different card", "new card", "use another card", "use a different card", "a different card", "not that card",
        "wrong card", "other one",
    ),
    es=(
        "enlace", "el enlace", "enlace por favor", "liga", "link", "otra tarjeta", "con otra tarjeta", "otra",
        "tarjeta nueva", "no esa tarjeta", "mande el enlace",
    ),
)  # fmt: skip
APPROVE = Says(
    en=(
        "approve", "i approve", "approved", "approve it", "yes approve", "authorize", "i authorize it", "charge it",
        "go ahead and charge it", "ok charge it",
    ),
    es=(
        "apruebo", "lo apruebo", "aprobar", "aprobado", "autorizo", "lo autorizo", "cobre", "cobrelo", "cobrela",
        "dele", "hagale", "si cobre", "si cobrelo",
    ),
)  # fmt: skip
HALF = Says(
    en=("half", "half of it", "just half", "only half", "part", "part of it", "only part", "a part", "less"),
    es=("mitad", "la mitad", "solo la mitad", "pague la mitad", "una parte", "parte", "solo una parte", "menos"),
)
