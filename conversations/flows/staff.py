"""A person is asked for, takes the thread, answers, and hands it back."""

from enum import StrEnum

from conversations.effects import HandOff, OpenTask, WakeAt
from conversations.events import StaffReleased, StaffReplied, StaffTook
from conversations.machine import ANY, BACK, END, STAY, Flow, Keyword, Row, Step
from conversations.policy import PROMISE
from conversations.turn import Owner, Turn


class States(StrEnum):
    WAITING = "waiting"  # for somebody from the practice
    TALKING = "talking"  # with them


def waiting_already(turn: Turn) -> bool:
    return turn.kept.owner is Owner.WAITING


def soon(turn: Turn) -> bool:
    """Somebody is there, and stays long enough."""
    return turn.facts.office.open_at(turn.now) and turn.facts.office.reply_by(turn.now) - turn.now <= PROMISE


def office_open(turn: Turn) -> bool:
    return turn.facts.office.open_at(turn.now)


def noted_already(turn: Turn) -> bool:
    return turn.recall("noted") is True


def told_already(turn: Turn) -> bool:
    """That a person answers is what we have just said, several times. Mail is left in peace: robots read it too."""
    return turn.heard_as == "staff.asked" or turn.facts.channel == "email"


def all_deceased(turn: Turn) -> bool:
    """We said that no more messages would come."""
    return turn.facts.all_deceased


def bot_in_charge(turn: Turn) -> bool:
    return turn.kept.owner is Owner.BOT


def hand_off(reason: str) -> Step:
    """The thread waits for a person; the alarm about it outlives whatever is talked about meanwhile."""

    def step(turn: Turn) -> None:
        due_at = turn.facts.office.reply_by(turn.now)
        turn.kept.owner, turn.kept.asked_turn = Owner.WAITING, turn.kept.turn
        turn.do(HandOff(reason, due_at))
        turn.do(WakeAt(due_at, "unanswered"))

    return step


def promise(message: str) -> Step:
    """Say it, with the real time by which somebody answers."""

    def step(turn: Turn) -> None:
        turn.say(f"staff/{message}", due_at=turn.facts.office.reply_by(turn.now).isoformat())

    return step


def say(message: str) -> Step:
    return lambda turn: turn.say(f"staff/{message}")


def skip(reason: str) -> Step:
    return lambda turn: turn.skip(reason)


def note_details(turn: Turn) -> None:
    turn.remember("noted", True)
    turn.say("staff/noted")


def give_thread(turn: Turn) -> None:
    turn.kept.owner = Owner.STAFF


def take_back(turn: Turn) -> None:
    turn.kept.owner = Owner.BOT


def pass_on(turn: Turn) -> None:
    if isinstance(turn.event, StaffReplied):
        turn.say("staff/words", text=turn.event.text, staff=turn.event.staff_name)


def sound_alarm(turn: Turn) -> None:
    turn.do(OpenTask("unanswered", turn.chosen_ids or tuple(p.id for p in turn.facts.people), turn.now, urgent=True))


flow = Flow(
    name="staff",
    states=States,
    public=True,
    keywords=(
        Keyword(
            "asked",
            en=(
                "agent",
                "person",
                "a person",
                "real person",
                "human",
                "a human",
                "representative",
                "rep",
                "operator",
                "somebody",
                "someone",
                "call me",
                "please call me",
                "call me back",
                "authorize this charge",
                "authorize that charge",
                "authorize this payment",
                "authorize that payment",
                "didnt authorize this charge",
                "didnt authorize that charge",
                "did not authorize this charge",
                "didnt authorize this payment",
                "didnt authorize that payment",
                "did not authorize that payment",
                "never authorized this",
                "unauthorized charge",
                "unauthorized payment",
                "can someone call me",
                "who can i talk to",
                "who do i talk to",
                "who can i speak to",
                "can somebody call me",
                "have someone call me",
                "talk to a person",
                "talk to someone",
                "talk to somebody",
                "talk to a human",
                "talk to a real person",
                "speak to a person",
                "speak to someone",
                "speak to somebody",
                "speak with someone",
                "speak with a person",
                "speak to a human",
                "speak to a representative",
                "customer service",
                "live agent",
                "live person",
                "is this a robot",
                "talk to billing",
                "call to speak",
                "speak w someone",
                "speak w somebody",
                "speak with somebody",
                "talk w someone",
                "someone i can call",
                "somebody i can call",
                "is there someone i can call",
                "speak with a representative",
                "talk to a representative",
                "call me back im confused",
                "speak with her",
                "speak with him",
                "somebody in billing",
                "someone in billing",
                "someone from the office",
                "somebody from the office",
                "lady from the office",
                "could a representative",
                "telephone me",
                "ring me",
                "ring me at home",
                "speak to billing",
                "billing department",
                "billing office",
                "i have a question",
                "i have a question about my bill",
                "question about my bill",
                "email instead",
                "email me instead",
                "i prefer email",
                "prefer email",
                "call instead",
                "call me instead",
                "mail me a bill",
                "mail me a statement",
                "paper bill",
                "paper statement",
                "mail me a paper bill",
                "mail me a paper statement",
                "will this go to collections",
                "sending me to collections",
                "send me to collections",
                "in collections",
                "i changed my number",
                "i have a new number",
                "i lost my phone",
                "handles my bills",
                "handles the bills",
                "handles all my bills",
                "handles all the bills",
                "handles my finances",
                "handles my money",
                "pays my bills",
                "pays the bills",
                "pays all my bills",
                "pays all the bills",
                "takes care of my bills",
                "takes care of the bills",
                "takes care of all my bills",
                "does my bills",
                "does the bills",
                "does all the bills",
                "talk to my daughter",
                "talk to my son",
                "talk to my wife",
                "talk to my husband",
                "ask my daughter",
                "ask my son",
                "he is in the hospital",
                "hes in the hospital",
                "she is in the hospital",
                "shes in the hospital",
                "im in the hospital",
                "i am in the hospital",
                "husband is in the hospital",
                "wife is in the hospital",
                "mom is in the hospital",
                "dad is in the hospital",
                "still in the hospital",
                "in a coma",
                "in the icu",
                "in hospice",
                "on life support",
                "in a nursing home",
                "has dementia",
                "has alzheimers",
                "you people are crooks",
                "you are crooks",
                "you guys are crooks",
                "youre crooks",
                "yall are crooks",
                "bunch of crooks",
                "crooks",
                "thieves",
                "bunch of thieves",
                "you are thieves",
                "you people are thieves",
                "you guys are thieves",
                "youre thieves",
                "ripping me off",
                "rip me off",
                "you are robbing me",
                "youre robbing me",
                "robbing people",
                "change my email",
                "change my e mail",
                "change my email to",
                "change email",
                "update my email",
                "update my e mail",
                "new email",
                "a new email",
                "i have a new email",
                "new email address",
                "a new email address",
                "my email changed",
                "i changed my email",
                "change my email address",
                "wrong email address",
                "wrong email on file",
                "i have a new phone number",
                "i have a new phone",
                "i got a new phone",
                "i got a new number",
                "new phone number",
                "change my phone number",
                "change my number",
                "update my number",
                "update my phone number",
                "my number changed",
                "my new number is",
                "my new email is",
            ),
            es=(
                "persona",
                "agente",
                "una persona",
                "humano",
                "representante",
                "operador",
                "operadora",
                "alguien",
                "hablar con alguien",
                "hablar con una persona",
                "hablar con un agente",
                "hablar con una persona real",
                "persona real",
                "llameme",
                "llamenme",
                "me pueden llamar",
                "me puede llamar",
                "me puede llamar alguien",
                "alguien de la oficina",
                "hablar con un representante",
                "ablar con alguien",
                "hablar con alguien en espanol",
                "que numero llamo",
                "a que numero llamo",
                "numero para llamar",
                "puede llamarme",
                "quiero que me llamen",
                "que me llamen",
                "pueden llamarme",
                "atencion al cliente",
                "es usted un robot",
                "hablar con cobros",
                "hablar con facturacion",
                "tengo una pregunta",
                "tengo una pregunta sobre mi factura",
                "tengo una duda",
                "prefiero correo",
                "mejor por correo",
                "la factura por correo",
                "mi factura por correo",
                "cambie de numero",
                "perdi mi telefono",
                "perdi mi celular",
                "mi hija paga",
                "mi hijo paga",
                "mi esposo paga",
                "mi esposa paga",
                "mi hija paga todo",
                "mi hija paga mis cuentas",
                "mi hijo paga mis cuentas",
                "mi esposo paga mis cuentas",
                "mi esposa paga mis cuentas",
                "mi hija paga las cuentas",
                "mi hijo paga las cuentas",
                "mi esposo paga las cuentas",
                "mi esposa paga las cuentas",
                "paga mis cuentas",
                "paga las cuentas",
                "mi hija se encarga",
                "mi hijo se encarga",
                "mi esposo se encarga",
                "mi esposa se encarga",
                "se encarga de mis cuentas",
                "se encarga de las cuentas",
                "se encarga de los pagos",
                "hable con mi hija",
                "hable con mi hijo",
                "hablen con mi hija",
                "hablen con mi hijo",
                "esta en el hospital",
                "estoy en el hospital",
                "esta hospitalizado",
                "esta hospitalizada",
                "estoy hospitalizado",
                "estoy hospitalizada",
                "esta internado",
                "esta internada",
                "estoy internado",
                "estoy internada",
                "esta en coma",
                "en terapia intensiva",
                "en cuidados intensivos",
                "tiene demencia",
                "tiene alzheimer",
                "ladrones",
                "rateros",
                "son unos ladrones",
                "son ladrones",
                "bola de ladrones",
                "son unos rateros",
                "no quiero pagar nada ladrones",
                "no quiero pagar ladrones",
                "no voy a pagar nada ladrones",
                "no voy a pagar ladrones",
                "no les voy a pagar ladrones",
                "no pago nada ladrones",
                "no quiero pagar nada rateros",
                "me estan robando",
                "nos estan robando",
                "cambiar mi correo",
                "cambiar mi email",
                "cambie de correo",
                "cambie mi correo",
                "cambien mi correo",
                "tengo otro correo",
                "tengo un correo nuevo",
                "tengo otro email",
                "correo nuevo",
                "nuevo correo",
                "mi correo cambio",
                "mi nuevo correo es",
                "tengo otro numero",
                "tengo un numero nuevo",
                "tengo numero nuevo",
                "tengo nuevo numero",
                "cambiar mi numero",
                "numero nuevo",
                "nuevo numero",
                "mi numero cambio",
                "mi nuevo numero es",
                "cambie mi numero",
                "cambie de telefono",
                "tengo otro telefono",
            ),
        ),
    ),
    events={StaffTook: "took", StaffReplied: "replied", StaffReleased: "released"},
    rows=(
        Row("asked", ANY, BACK, when=(waiting_already,), do=(say("already"),)),
        Row("asked", ANY, States.WAITING, when=(soon,), do=(hand_off("asked"), say("connecting"))),
        Row("asked", ANY, States.WAITING, when=(office_open,), do=(hand_off("asked"), promise("by_time"))),
        Row("asked", ANY, States.WAITING, do=(hand_off("asked"), promise("closed_now"))),
        Row("missed", ANY, States.WAITING, do=(hand_off("not_understood"), promise("missed"))),
        Row("flooded", ANY, States.WAITING, do=(hand_off("flooded"), promise("missed"))),
        Row("needed", ANY, BACK, when=(waiting_already, told_already), do=(skip("waiting_for_staff"),)),
        Row("needed", ANY, BACK, when=(waiting_already,), do=(say("already"),)),
        Row("needed", ANY, States.WAITING, do=(hand_off("unclear"), promise("missed"))),
        Row("details_added", States.WAITING, STAY, when=(noted_already,), do=(skip("details_for_staff"),)),
        Row("details_added", States.WAITING, STAY, do=(note_details,)),
        Row("details_added", ANY, BACK, do=(skip("details_for_staff"),)),
        Row("wrote", ANY, BACK, do=(skip("staff_own_the_thread"),)),
        Row("took", ANY, States.TALKING, do=(give_thread, skip("staff_took_over"))),
        Row("replied", ANY, States.TALKING, do=(give_thread, pass_on)),
        Row("released", ANY, END, when=(bot_in_charge,), do=(skip("handed_back_already"),)),
        Row("released", ANY, END, when=(all_deceased,), do=(take_back, skip("deceased"))),
        Row("released", ANY, END, do=(take_back, say("handed_back"))),
        Row("unanswered", ANY, BACK, do=(sound_alarm,)),
    ),
)
