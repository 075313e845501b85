"""Words with which people ask for a person, or say what only a person can settle."""

from typing import Final

from conversations.machine import Keyword

_PERSON: Final = (
    "agent", "person", "a person", "real person", "human", "a human", "representative", "rep", "operator", "somebody",
    "someone", "call me", "please call me", "call me back", "can someone call me", "who can i talk to",
    "who do i talk to", "who can i speak to", "can somebody call me", "have someone call me", "talk to a person",
    "talk to someone", "talk to somebody", "talk to a human", "talk to a real person", "speak to a person",
    "speak to someone", "speak to somebody", "speak with someone", "speak with a person", "speak to a human",
    "speak to a representative", "customer service", "live agent", "live person", "is this a robot",
    "talk to billing", "call to speak", "speak w someone", "speak w somebody", "speak with somebody",
    "talk w someone", "someone i can call", "somebody i can call", "is there someone i can call",
    "speak with a representative", "talk to a representative", "call me back im confused", "speak with her",
    "speak with him", "somebody in billing", "someone in billing", "someone from the office",
    "somebody from the office", "lady from the office", "could a representative", "ring me", "ring me at home",
    "speak to billing", "billing department", "billing office", "i have a question",
    "i have a question about my bill", "question about my bill", "call instead", "call me instead", "email instead",
    "email me instead", "i prefer email", "prefer email", "mail me a bill", "mail me a statement", "paper bill",
    "paper statement", "mail me a paper bill", "mail me a paper statement", "telephone me",
)  # fmt: skip
_PERSON_ES: Final = (
    "persona", "agente", "una persona", "humano", "representante", "operador", "operadora", "alguien",
    "hablar con alguien", "hablar con una persona", "hablar con un agente", "hablar con una persona real",
    "persona real", "llameme", "llamenme", "me pueden llamar", "me puede llamar", "me puede llamar alguien",
    "alguien de la oficina", "hablar con un representante", "ablar con alguien", "hablar con alguien en espanol",
    "que numero llamo", "a que numero llamo", "numero para llamar", "puede llamarme", "quiero que me llamen",
    "que me llamen", "pueden llamarme", "atencion al cliente", "es usted un robot", "hablar con cobros",
    "hablar con facturacion", "tengo una pregunta", "tengo una pregunta sobre mi factura", "tengo una duda",
    "prefiero correo", "mejor por correo", "la factura por correo", "mi factura por correo",
)  # fmt: skip
"""A person, a call, or paper."""
_FOR_THEM: Final = (
    "handles my bills", "handles the bills", "handles all my bills", "handles all the bills", "handles my finances",
    "handles my money", "pays my bills", "pays the bills", "pays all my bills", "pays all the bills",
    "takes care of my bills", "takes care of the bills", "takes care of all my bills", "does my bills",
    "does the bills", "does all the bills", "talk to my daughter", "talk to my son", "talk to my wife",
    "talk to my husband", "ask my daughter", "ask my son", "he is in the hospital", "hes in the hospital",
    "she is in the hospital", "shes in the hospital", "im in the hospital", "i am in the hospital",
    "husband is in the hospital", "wife is in the hospital", "mom is in the hospital", "dad is in the hospital",
    "still in the hospital", "in a coma", "in the icu", "in hospice", "on life support", "in a nursing home",
    "has dementia", "has alzheimers",
)  # fmt: skip
_FOR_THEM_ES: Final = (
    "mi hija paga", "mi hijo paga", "mi esposo paga", "mi esposa paga", "mi hija paga todo",
    "mi hija paga mis cuentas", "mi hijo paga mis cuentas", "mi esposo paga mis cuentas",
    "mi esposa paga mis cuentas", "mi hija paga las cuentas", "mi hijo paga las cuentas",
    "mi esposo paga las cuentas", "mi esposa paga las cuentas", "paga mis cuentas", "paga las cuentas",
    "mi hija se encarga", "mi hijo se encarga", "mi esposo se encarga", "mi esposa se encarga",
    "se encarga de mis cuentas", "se encarga de las cuentas", "se encarga de los pagos", "hable con mi hija",
    "hable con mi hijo", "hablen con mi hija", "hablen con mi hijo", "esta en el hospital", "estoy en el hospital",
    "esta hospitalizado", "esta hospitalizada", "estoy hospitalizado", "estoy hospitalizada", "esta internado",
    "esta internada", "estoy internado", "estoy internada", "esta en coma", "en terapia intensiva",
    "en cuidados intensivos", "tiene alzheimer", "tiene demencia",
)  # fmt: skip
"""Somebody else pays for them, or answers while they cannot."""
_REACHED: Final = (
    "i changed my number", "i have a new number", "i lost my phone", "change my email",
    "change my e mail", "change my email to", "change email", "update my email", "update my e mail", "new email",
    "a new email", "i have a new email", "new email address", "a new email address", "my email changed",
    "i changed my email", "change my email address", "wrong email address", "wrong email on file",
    "i have a new phone number", "i have a new phone", "i got a new phone", "i got a new number", "new phone number",
    "change my phone number", "change my number", "update my number", "update my phone number", "my number changed",
    "my new number is", "my new email is",
)  # fmt: skip
_REACHED_ES: Final = (
    "cambie de numero", "perdi mi telefono", "perdi mi celular", "cambiar mi correo", "cambiar mi email",
    "cambie de correo", "cambie mi correo", "cambien mi correo", "tengo otro correo", "tengo un correo nuevo",
    "tengo otro email", "correo nuevo", "nuevo correo", "mi correo cambio", "mi nuevo correo es", "tengo otro numero",
    "tengo un numero nuevo", "tengo numero nuevo", "tengo nuevo numero", "cambiar mi numero", "numero nuevo",
    "nuevo numero", "mi numero cambio", "mi nuevo numero es", "cambie mi numero", "cambie de telefono",
    "tengo otro telefono",
)  # fmt: skip
"""An address that has changed: never changed by a text, which anybody may have sent."""
_UPSET: Final = (
    "authorize this charge", "authorize that charge", "authorize this payment", "authorize that payment",
    "didnt authorize this charge", "didnt authorize that charge", "did not authorize this charge",
    "didnt authorize this payment", "didnt authorize that payment", "did not authorize that payment",
    "never authorized this", "unauthorized charge", "unauthorized payment", "will this go to collections",
    "sending me to collections", "send me to collections", "in collections", "you people are crooks",
    "you are crooks", "you guys are crooks", "youre crooks", "yall are crooks", "bunch of crooks", "crooks",
    "thieves", "bunch of thieves", "you are thieves", "you people are thieves", "you guys are thieves",
    "youre thieves", "ripping me off", "rip me off", "you are robbing me", "youre robbing me", "robbing people",
)  # fmt: skip
_UPSET_ES: Final = (
    "ladrones", "rateros", "son unos ladrones", "son ladrones", "bola de ladrones", "son unos rateros",
    "no quiero pagar nada ladrones", "no quiero pagar ladrones", "no voy a pagar nada ladrones",
    "no voy a pagar ladrones", "no les voy a pagar ladrones", "no pago nada ladrones", "no quiero pagar nada rateros",
    "me estan robando", "nos estan robando",
)  # fmt: skip
"""A charge that they did not agree to, collections, or anger."""
KEYWORDS = (
    Keyword(
        "asked",
        en=(*_PERSON, *_FOR_THEM, *_REACHED, *_UPSET),
        es=(*_PERSON_ES, *_FOR_THEM_ES, *_REACHED_ES, *_UPSET_ES),
    ),
)
