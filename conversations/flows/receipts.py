"""RECEIPT: proof of what was paid is on the secure page, which shows as much as whoever opens it has proved."""

from conversations.machine import ANY, END, Flow, Keyword, Row
from conversations.proving import own_link
from conversations.turn import Proof, Turn


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
    ),
    rows=(Row("asked", ANY, END, do=(send_page,)),),
)  # fmt: skip
