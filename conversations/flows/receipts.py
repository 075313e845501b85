"""RECEIPT, and did my payment go through: the secure page shows as much as whoever opens it has proved."""

from conversations.machine import ANY, END, Flow, Keyword, Row
from conversations.steps.proving import own_link
from conversations.turn import Proof, Turn

# Guards


def in_doubt(turn: Turn) -> bool:
    """A payment is under way, and nobody knows yet whether it went through."""
    return turn.facts.payment_in_doubt


# Steps


def say_in_doubt(turn: Turn) -> None:
    """Wait for the bank."""
    turn.say("pay/in_doubt")


def send_page(turn: Turn) -> None:
    """Whatever is owed."""
    turn.say("receipts/page", link=own_link(turn), minutes=turn.facts.policy.link_minutes)


flow = Flow(
    name="receipts",
    states=None,
    needs=Proof.NONE,
    keywords=(
        Keyword(
            "asked",
            en=(
                "receipt", "receipts", "a receipt", "my receipt", "the receipt", "my receipts", "get a receipt",
                "have a receipt", "need a receipt", "need my receipt", "need receipt", "got a receipt",
                "want a receipt", "send a receipt", "send me a receipt", "send receipt", "send the receipt",
                "send me the receipt", "send me my receipt", "mail me a receipt", "email me a receipt",
                "email me the receipt", "wheres my receipt", "where is my receipt", "never got a receipt",
                "didnt get a receipt", "did not get a receipt", "copy of my receipt", "copy of the receipt",
                "print my receipt", "print a receipt", "receipt for my taxes", "receipt for taxes",
                "receipt for my hsa", "receipt for my fsa", "receipt for that payment", "receipt for the payment",
                "receipt for my payment", "receipt for that payment i made", "receipt for the payment i made",
                "proof of payment", "proof i paid", "proof that i paid", "a proof of payment",
                "something showing i paid", "showing i paid", "shows i paid", "payment confirmation",
                "confirmation of my payment", "confirmation of payment", "payment history", "my payment history",
                "a confirmation email", "got a confirmation", "reciept", "a reciept", "need reciept",
                "itemized receipt", "an itemized receipt", "receipt of what i paid", "recipt",
                "my reciept", "invoice marked paid",
            ),
            es=(
                "recibo", "recibos", "un recibo", "mi recibo", "el recibo", "los recibos", "mis recibos",
                "necesito un recibo", "necesito recibo", "necesito mi recibo", "quiero un recibo", "quiero mi recibo",
                "ocupo un recibo", "ocupo recibo", "mandeme el recibo", "mandeme un recibo", "mande el recibo",
                "me manda el recibo", "me mandan el recibo", "me puede mandar el recibo", "enviarme el recibo",
                "me envia el recibo", "recibo de mi pago", "recibo del pago", "recibo de pago",
                "recibo de lo que pague",
                "recibo d mi pago", "el resivo", "resivo", "un resivo", "comprobante", "el comprobante",
                "un comprobante", "mi comprobante", "comprobante de pago", "comprobante de mi pago",
                "comprobante del pago", "enviarme el comprobante", "mandarme el comprobante", "prueba de pago",
                "prueba de que pague", "constancia de pago", "constancia de que pague", "la constancia de que pague",
                "mandas el receipt", "me mandas el receipt", "el receipt por email", "mandas el recibo",
                "me mandas el recibo", "manda el receipt", "el receipt", "mi receipt",
                "no me llego el recibo", "historial de pagos", "mi historial de pagos",
            ),
        ),
        Keyword(
            "went_through",
            en=(
                "did it go through", "did it go thru", "did that go through", "did that go thru",
                "payment go through", "payment go thru", "payments go through", "my payment goes through",
                "did you get my payment", "you get my payment",
                "yall get my payment", "u get my payment", "they get my payment", "you get the payment",
                "receive my payment", "received my payment", "receive the payment", "received the payment",
                "did my payment post", "did my payment clear", "did the payment clear", "has my payment posted",
                "has my payment cleared", "did my payment work", "did the payment work", "did my card go through",
                "did my card go thru", "did my card work", "is my payment done", "is my payment pending",
                "is my payment processing", "was my payment successful", "status of my payment", "payment status",
                "did you charge me", "did you charge me this month", "have you charged me", "did you charge my card",
                "did you take my payment", "did you take it out", "was my card charged", "did my card get charged",
            ),
            es=(
                "paso mi pago", "paso el pago", "se hizo el pago", "se hizo mi pago", "=paso",
                "se realizo el pago", "se realizo mi pago", "se proceso el pago", "se proceso mi pago",
                "entro mi pago", "entro el pago", "recibieron mi pago", "recibieron el pago", "recibio mi pago",
                "recibio el pago", "les llego mi pago", "llego mi pago",
                "ya me cobraron", "me cobraron este mes", "ya cobraron mi tarjeta", "les llego el pago",
                "llego el pago",
                "si se hizo el pago", "paso mi tarjeta", "paso la tarjeta", "estado de mi pago",
            ),
        ),
    ),
    rows=(
        Row("asked", ANY, END, do=(send_page,)),
        Row("went_through", ANY, END, when=(in_doubt,), do=(say_in_doubt,)),
        Row("went_through", ANY, END, do=(send_page,)),
    ),
)  # fmt: skip
