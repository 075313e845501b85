"""What a person at the practice must decide: a plan, a promise, help with the bill, a mistake in it. Each by a date."""

from datetime import datetime, timedelta
from enum import StrEnum

from conversations.effects import OpenPayLink, OpenTask, PauseNotices, WakeAt
from conversations.machine import ANY, END, Answer, Flow, Keyword, Row, Step
from conversations.turn import Turn

HARDSHIP_PAUSE = timedelta(days=14)
REVIEW_DAYS = 5
AID_DAYS = 2
DETAILS_WITHIN = timedelta(hours=1)


class Waits(StrEnum):
    """Whatever else staff should know, after each kind of request."""

    PLAN = "plan"
    PROMISE = "promise"
    DISPUTE = "dispute"
    PAID_ALREADY = "paid_already"
    CHARGED_TWICE = "charged_twice"
    REFUND = "refund"


def asks(kind: str, days: int = 1) -> Step:
    """A task for staff with the date that we promise, no reminders until then, and the words that say so."""

    def ask(turn: Turn) -> None:
        due = turn.facts.office.end_of_next_day(turn.now, days)
        _task(turn, kind, due)
        turn.do(PauseNotices(_whom(turn), due, kind))
        turn.say(f"requests/{kind}", by_at=due.isoformat())

    return ask


def offer_ways(turn: Turn) -> None:
    """Money is short: what there is, no reminders for two weeks, and staff know."""
    _task(turn, "hardship", turn.facts.office.end_of_next_day(turn.now, AID_DAYS))
    turn.do(PauseNotices(_whom(turn), turn.now + HARDSHIP_PAUSE, "hardship"))
    turn.say("requests/hardship")


def wait_for_details(turn: Turn) -> None:
    """For a while the next words are taken as part of what was asked."""
    turn.do(WakeAt(turn.now + DETAILS_WITHIN, "no_details"))


def thank_for_details(turn: Turn) -> None:
    """Staff read them in the thread."""
    turn.say("requests/details_noted")


def stay_silent(turn: Turn) -> None:
    """Nothing was added."""
    turn.skip("no_details")


def any_words(turn: Turn) -> bool:
    """In their own words."""
    return bool(turn.heard and turn.heard.words)


def explain(turn: Turn) -> None:
    """The page shows each visit and what insurance paid; on a shared phone PAY asks first whose."""
    alone = len(turn.facts.people) == 1
    turn.say("requests/why_owed", link=OpenPayLink(turn.chosen_ids) if alone else None, linked=alone)


def _whom(turn: Turn) -> tuple[int, ...]:
    return turn.chosen_ids or tuple(p.id for p in turn.facts.people)


def _task(turn: Turn, kind: str, due: datetime) -> None:
    turn.do(OpenTask(kind, _whom(turn), due))


flow = Flow(
    name="requests",
    states=Waits,
    public=True,  # it tells nothing about anybody
    keywords=(
        Keyword(
            "plan",
            en=(
                "plan", "payment plan", "plans", "payment plans", "pay monthly", "monthly payments",
                "monthly payment", "monthly", "installments", "installment", "pay in installments", "pay over time",
                "pay a little each month", "pay a little at a time", "make payments", "small payments", "split it up",
                "split the bill", "split my bill", "split it into payments", "spread it out", "set up payments",
                "set up a plan", "set up a payment plan", "payment arrangement", "payment arrangements",
                "make arrangements", "pay every month", "pay each month", "pay per month", "a month", "financing",
                "finance it", "change my plan", "see my plan", "my plan", "do you have payment plans",
                "do you offer payment plans",
            ),
            es=(
                "plan de pago", "plan de pagos", "un plan", "mi plan", "planes de pago", "pagos mensuales",
                "mensualidades", "mensualidad", "en mensualidades", "pagar en mensualidades", "pagar mensual",
                "pagar mensualmente", "pagar por mes", "pagar cada mes", "pagar poco a poco", "pagar en pagos",
                "pagar a plazos", "pagar en cuotas", "a plazos", "en cuotas", "cuotas", "pagos chiquitos",
                "pagos pequenos", "abonos", "pagar en abonos", "hacer un plan", "hacer pagos", "hacer un arreglo",
                "arreglo de pago", "un arreglo", "al mes", "cada mes", "por mes", "financiamiento",
            ),
        ),
        Keyword(
            "promise",
            en=(
                "promise", "promise to pay", "pay later", "pay you later", "pay next week", "pay next month",
                "pay on friday", "pay friday", "pay you friday", "pay monday", "pay on monday", "pay tomorrow",
                "pay this weekend", "pay soon", "when i get paid", "i get paid", "get paid", "next paycheck",
                "when my check comes", "payday", "on payday", "when i get my check", "need more time", "more time",
                "give me time", "give me more time", "give me until", "extension", "can i wait",
                "pay at the end of the month", "pay by friday", "pay by the end of the month", "pay in two weeks",
                "pay in a week", "remind me later", "pay half now", "due date", "move my date", "move the date",
                "change my date", "pay on the 1st", "pay on the 15th", "pay the first",
            ),
            es=(
                "pagar luego", "pagar despues", "pagar el viernes", "pago el viernes", "pago luego",
                "le pago el viernes", "pagar la proxima semana", "pago la proxima semana", "pagar el proximo mes",
                "pagar en quince dias", "pagar la quincena", "cuando me paguen", "me pagan el", "me pagan",
                "en la quincena", "la quincena", "mas tiempo", "necesito mas tiempo", "deme tiempo",
                "deme mas tiempo", "una prorroga", "prorroga", "pagar pronto", "pagar fin de mes", "a fin de mes",
                "le pago despues", "le pago luego", "pagare luego", "cuando cobre", "prometo pagar", "pagar otro dia",
                "cambiar la fecha",
            ),
        ),
        Keyword(
            "hardship",
            en=(
                "hardship", "financial hardship", "cant pay", "cannot pay", "can not pay", "cant pay this",
                "cant afford", "cannot afford", "cant afford it", "cant afford this", "can not afford",
                "unable to pay", "not able to pay", "dont have the money", "dont have money", "do not have the money",
                "dont have any money", "have no money", "got no money", "no money", "im broke", "broke",
                "lost my job", "lost job", "laid off", "got laid off", "unemployed", "out of work", "not working",
                "no job", "no income", "on disability", "fixed income", "social security", "too expensive",
                "too much money", "too much for me", "cant pay all", "cant pay it all", "cant pay that much",
                "cant pay right now", "cant pay now", "money is tight", "struggling", "bankrupt", "bankruptcy",
                "homeless", "single mom", "on food stamps", "is there a discount", "lower my bill", "reduce my bill",
            ),
            es=(
                "no puedo pagar", "no puedo pagarlo", "no puedo pagar esto", "no puedo pagar todo",
                "no puedo pagar tanto", "no me alcanza", "no tengo dinero", "no tengo para pagar",
                "no tengo como pagar", "no tengo con que pagar", "sin dinero", "perdi mi trabajo", "perdi el trabajo",
                "me quede sin trabajo", "sin trabajo", "no tengo trabajo", "desempleado", "desempleada",
                "no estoy trabajando", "me despidieron", "es mucho dinero", "muy caro", "es muy caro", "es demasiado",
                "estoy quebrado", "estoy quebrada", "no puedo con esto", "situacion dificil", "estoy desempleado",
                "bajar la cuenta", "un descuento", "hay descuento",
            ),
        ),
        Keyword(
            "aid",
            en=(
                "aid", "financial aid", "financial assistance", "financial help", "assistance", "charity care",
                "charity", "sliding scale", "help with my bill", "help with bill", "help paying", "help me pay",
                "help with the bill", "assistance program", "medicaid", "apply for help", "apply for assistance",
                "forgive my bill", "bill forgiveness", "apply for financial aid",
            ),
            es=(
                "asistencia", "asistencia financiera", "apoyo", "apoyo financiero", "ayuda financiera",
                "ayuda para pagar", "ayuda con la cuenta", "ayuda con mi cuenta", "ayuda con la factura",
                "ayuda economica", "caridad", "programa de ayuda", "programa de asistencia", "solicitar ayuda",
                "pedir ayuda financiera",
            ),
        ),
        Keyword(
            "why_owed",
            en=(
                "why do i owe", "why do i owe this", "why do i owe that", "why do i have a bill",
                "why am i being charged", "why was i charged", "why did i get a bill", "why did i get charged",
                "what is this charge", "what is this bill", "what is this bill for", "what is this charge for",
                "what am i paying for", "what did i get charged for", "what is the bill for", "explain my bill",
                "explain the bill", "explain this bill", "explain the charges", "itemized bill", "itemized statement",
                "details of my bill", "bill details", "breakdown", "why so much", "why is it so much",
                "why is my bill so high", "so expensive", "i have insurance", "insurance covers it",
                "insurance should cover", "insurance should pay", "insurance should have paid", "my insurance covers",
                "my insurance pays", "insurance should cover this", "insurance should pay that",
                "insurance was supposed to pay", "insurance paid", "did insurance pay", "did my insurance pay",
                "did you bill my insurance", "bill my insurance", "insurance", "what did insurance pay",
                "didnt insurance pay", "deductible", "copay", "medicare pays", "medicare should pay",
            ),
            es=(
                "por que debo", "por que debo esto", "porque debo", "por que debo tanto", "por que me cobran",
                "por que me cobraron", "porque me cobran", "por que tengo que pagar", "de que es esta cuenta",
                "de que es la factura", "de que es esto", "que estoy pagando", "explique mi cuenta",
                "explique la cuenta", "explicar mi cuenta", "detalle de mi cuenta", "detalles de la cuenta",
                "desglose", "por que tanto", "por que es tanto", "tengo seguro", "mi seguro paga",
                "mi seguro lo cubre", "el seguro lo cubre", "el seguro debe pagar", "mi seguro debe pagar",
                "el seguro paga", "seguro medico", "mi seguro", "aseguranza", "tengo aseguranza", "mi aseguranza",
                "mi aseguranza paga", "el seguro pago", "copago", "deducible",
            ),
        ),
        Keyword(
            "dispute",
            en=(
                "dispute", "dispute this", "dispute bill", "dispute my bill", "dispute the charge", "i dispute this",
                "billing review", "review my bill", "bill is wrong", "this bill is wrong", "my bill is wrong",
                "amount is wrong", "wrong amount", "thats wrong amount", "balance is wrong", "this is incorrect",
                "bill is incorrect", "incorrect bill", "incorrect amount",
                "i dont owe this", "i do not owe this", "i dont owe you",
                "i dont owe anything", "i dont owe that", "i dont owe that much", "i never went", "i never had that",
                "i was never seen", "billing error", "a mistake", "there is a mistake", "theres a mistake",
                "billing mistake", "wrong bill", "contest this", "i disagree", "overcharged", "you overcharged me",
            ),
            es=(
                "disputa", "disputar", "disputar la cuenta", "quiero disputar", "la cuenta esta mal",
                "mi cuenta esta mal", "la factura esta mal", "esta mal la cuenta", "cuenta equivocada",
                "factura equivocada", "hay un error", "es un error", "un error", "error en la cuenta", "no debo nada",
                "yo no debo", "no debo eso", "no debo esto",
                "no estoy de acuerdo", "me cobraron de mas", "cobro incorrecto",
                "revisar mi cuenta", "revisen mi cuenta", "nunca fui", "yo nunca fui", "monto incorrecto",
                "cantidad incorrecta", "reclamo", "quiero reclamar",
            ),
        ),
        Keyword(
            "paid_already",
            en=(
                "already paid", "i already paid", "already paid this", "already paid that", "i paid already",
                "paid already", "i paid", "i paid this", "i paid that", "i paid it", "i paid you", "i have paid",
                "ive paid", "we paid", "we already paid", "paid in full", "i paid in full", "paid at the desk",
                "paid at the office", "i paid at the office", "paid last week", "paid yesterday", "paid by check",
                "paid by phone", "paid online", "paid cash", "i sent a check", "sent a check", "mailed a check",
                "i mailed a check", "check is in the mail", "paid the bill", "paid my bill", "its been paid",
                "it was paid", "this was paid", "this is paid", "was already paid", "i just paid", "just paid",
                "paid my copay", "paid when i was there", "i thought i paid",
            ),
            es=(
                "ya pague", "ya lo pague", "ya la pague", "ya pague esto", "ya pague eso", "ya pague la cuenta",
                "ya pague en la oficina", "ya page", "yo pague", "yo ya pague", "pague ayer",
                "pague la semana pasada", "pague en efectivo", "pague con cheque", "ya esta pagado", "ya esta pagada",
                "esta pagado", "esta pagada", "ya fue pagado", "ya se pago", "ya pagamos", "ya hice el pago",
                "ya hice un pago", "hice el pago", "ya mande el pago", "mande un cheque", "envie un cheque",
                "acabo de pagar", "pague todo", "pague en la oficina",
            ),
        ),
        Keyword(
            "charged_twice",
            en=(
                "charged twice", "i was charged twice", "charged me twice", "you charged me twice", "double charged",
                "double charge", "charged double", "billed twice", "i was billed twice", "billed me twice",
                "double billed", "paid twice", "i paid twice", "took it twice", "took my money twice", "two charges",
                "two payments", "charged two times", "duplicate charge", "duplicate payment", "same bill twice",
                "charged again", "charged me again",
            ),
            es=(
                "me cobraron dos veces", "cobraron dos veces", "doble cobro", "cobro doble", "cargo doble",
                "doble cargo", "cobrado dos veces", "pague dos veces", "me cobraron doble", "dos cargos",
                "dos cobros", "cobro duplicado", "cargo duplicado", "me cobraron otra vez",
            ),
        ),
        Keyword(
            "refund",
            en=(
                "refund", "a refund", "want a refund", "want my money back", "money back", "give me my money back",
                "refund me", "my refund", "where is my refund", "i need a refund", "return my money", "get a refund",
                "get my money back",
            ),
            es=(
                "reembolso", "un reembolso", "quiero un reembolso", "devolucion", "devuelvan mi dinero",
                "mi dinero de vuelta", "regresen mi dinero", "quiero mi dinero", "devolver mi dinero", "mi reembolso",
                "me devuelvan mi dinero",
            ),
        ),
    ),
    rows=(
        Row("plan", Waits.PLAN, END, do=(thank_for_details,)),
        Row("promise", Waits.PROMISE, END, do=(thank_for_details,)),
        Row("dispute", Waits.DISPUTE, END, do=(thank_for_details,)),
        Row("paid_already", Waits.PAID_ALREADY, END, do=(thank_for_details,)),
        Row("charged_twice", Waits.CHARGED_TWICE, END, do=(thank_for_details,)),
        Row("refund", Waits.REFUND, END, do=(thank_for_details,)),
        Row("plan", ANY, Waits.PLAN, do=(asks("plan"), wait_for_details)),
        Row("promise", ANY, Waits.PROMISE, do=(asks("promise"), wait_for_details)),
        Row("dispute", ANY, Waits.DISPUTE, do=(asks("dispute", REVIEW_DAYS), wait_for_details)),
        Row("paid_already", ANY, Waits.PAID_ALREADY, do=(asks("paid_already"), wait_for_details)),
        Row("charged_twice", ANY, Waits.CHARGED_TWICE, do=(asks("charged_twice"), wait_for_details)),
        Row("refund", ANY, Waits.REFUND, do=(asks("refund"), wait_for_details)),
        Row("hardship", ANY, END, do=(offer_ways,)),
        Row("aid", ANY, END, do=(asks("aid", AID_DAYS),)),
        Row("why_owed", tuple(Waits), END, do=(thank_for_details,)),
        Row("why_owed", ANY, END, do=(explain,)),
        Row("details", tuple(Waits), END, do=(thank_for_details,)),
        Row("no_details", tuple(Waits), END, do=(stay_silent,)),
    ),
    answers={state: (Answer("details", any_words, otherwise=True),) for state in Waits},
)  # fmt: skip
