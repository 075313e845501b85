"""Words with which people say that money is short."""

from conversations.machine import Keyword

KEYWORDS = (
    Keyword(
        "told",
        en=(
            "hardship", "financial hardship", "cant pay", "cannot pay", "can not pay", "cant pay this",
            "cant afford", "cannot afford", "cant afford it", "cant afford this", "can not afford",
            "unable to pay", "not able to pay", "dont have the money", "dont have money", "do not have the money",
            "dont have any money", "have no money", "got no money", "no money", "im broke", "broke",
            "lost my job", "lost job", "laid off", "got laid off", "unemployed", "out of work", "not working",
            "no job", "no income", "on disability", "fixed income", "social security", "too expensive",
            "too much money", "too much for me", "cant pay all", "cant pay it all", "cant pay that much",
            "cant pay right now", "cant pay now", "money is tight", "money is really tight", "money is so tight",
            "tight on money", "tight right now", "struggling", "bankrupt", "bankruptcy", "homeless", "single mom",
            "on food stamps", "is there a discount", "lower my bill", "reduce my bill", "can you lower it", "lower it",
            "knock something off", "discount if i pay", "discount", "any discount", "cant make my payment",
            "cant make the payment", "cant make this payment", "cant make payments", "cant keep up",
            "on ssi", "cant make it this month", "cant do this month", "cant do it this month", "on ssdi",
            "living on ssi", "on unemployment", "on welfare",
        ),
        es=(
            "no puedo pagar", "ahorita no puedo pagar", "ahora no puedo pagar", "no puedo pagarlo",
            "no puedo pagar esto", "no puedo pagar todo",
            "no puedo pagar tanto", "no me alcanza", "no tengo dinero", "no tengo para pagar",
            "no tengo como pagar", "no tengo con que pagar", "sin dinero", "perdi mi trabajo", "perdi el trabajo",
            "me quede sin trabajo", "sin trabajo", "no tengo trabajo", "desempleado", "desempleada",
            "no estoy trabajando", "me despidieron", "es mucho dinero", "muy caro", "es muy caro", "es demasiado",
            "estoy quebrado", "estoy quebrada", "no puedo con esto", "situacion dificil", "estoy desempleado",
            "bajar la cuenta", "bajenme el precio", "rebaja", "un descuento", "hay descuento", "descuento",
            "no puedo hacer el pago", "no puedo hacer mi pago",
            "vivo del seguro social", "este mes no puedo", "no puedo este mes", "no voy a tener dinero",
            "estoy desamparado", "no me alcanza el dinero",
        ),
    ),
    Keyword(
        "aid",
        en=(
            "aid", "financial aid", "financial assistance", "financial help", "assistance", "charity care",
            "charity", "sliding scale", "help with my bill", "help with bill", "help paying",
            "help paying my bill", "help paying the bill", "help paying this", "help to pay", "help me pay",
            "help with the bill", "assistance program", "apply for help", "apply for assistance",
            "forgive my bill", "bill forgiveness", "apply for financial aid",
            "write it off", "write off my bill", "write this off", "help w my bill",
        ),
        es=(
            "asistencia", "asistencia financiera", "apoyo", "apoyo financiero", "ayuda financiera",
            "ayuda para pagar", "ayuda con la cuenta", "ayuda con mi cuenta", "ayuda con la factura",
            "ayuda economica", "caridad", "programa de ayuda", "programa de asistencia", "solicitar ayuda",
            "pedir ayuda financiera",
            "ayudenme a pagar", "ayudeme a pagar", "me ayudan a pagar", "ayudar a pagar",
        ),
    ),
)  # fmt: skip
