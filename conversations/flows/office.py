"""Visits, hours, the way there, cash and checks: the front desk knows, so here is its number."""

from conversations.machine import ANY, BACK, Flow, Keyword, Row
from conversations.turn import Turn


def give_number(turn: Turn) -> None:
    """And what this line is for."""
    turn.say("office/call")


flow = Flow(
    name="office",
    states=None,
    public=True,
    keywords=(
        Keyword(
            "asked",
            en=(
                "front desk", "phone number", "your phone number", "your number", "office number", "can i call you",
                "can i call", "number to call", "what number do i call", "office hours", "your hours",
                "what are your hours", "when are you open", "are you open", "are you open today",
                "what time do you open",
                "what time do you close", "your address", "mailing address", "office address", "where are you located",
                "where are you", "where is your office", "directions", "make an appointment", "when is my appointment",
                "when is my next appointment", "schedule an appointment", "reschedule", "reschedule my appointment",
                "cancel my appointment", "cancel my appt", "change my appointment", "pay by check", "pay with a check",
                "pay with check", "send a check", "where do i send a check", "mail a check", "pay cash", "pay in cash",
                "pay with cash", "pay in person", "pay at the office", "do you take cash", "do you take checks",
                "pay over the phone", "venmo", "zelle", "cash app", "paypal", "apple pay",
                "is there a fee", "do you take amex", "do you take hsa", "medical records", "my records",
            ),
            es=(
                "recepcion", "numero de telefono", "su numero", "su telefono", "puedo llamar", "les puedo llamar",
                "horario", "su horario", "a que hora abren", "a que hora cierran", "estan abiertos", "su direccion",
                "la direccion", "donde estan", "donde queda", "donde estan ubicados", "hacer una cita",
                "cuando es mi cita", "cambiar mi cita", "cancelar mi cita",
                "pagar con cheque", "mandar un cheque", "pagar en efectivo", "pagar en persona",
                "pagar en la oficina", "pagar por telefono", "aceptan efectivo", "aceptan cheques", "mi expediente",
            ),
        ),
    ),
    rows=(Row("asked", ANY, BACK, do=(give_number,)),),
)  # fmt: skip
