"""Words with which people ask for what a person at the practice must decide."""

from conversations.machine import Keyword

KEYWORDS = (
    Keyword(
        "refund",
        en=(
            "refund", "a refund", "want a refund", "want my money back", "money back", "give me my money back",
            "refund me", "my refund", "where is my refund", "i need a refund", "return my money", "get a refund",
            "get my money back", "undo the payment", "undo my payment", "undo that payment", "undo this payment",
            "undo a payment", "undo the charge", "undo that charge", "undo payment", "=undo", "=undo it",
            "=undo that", "take back my payment", "take my payment back", "take the payment back",
            "give my payment back", "give me my payment back", "return my payment", "return the payment",
            "reverse my payment", "reverse the payment", "reverse that payment", "reverse the charge",
            "reverse that charge", "reverse payment", "void my payment", "void the payment", "void that payment",
            "pay by mistake", "paid by mistake", "paid it by mistake", "paid by accident", "paid it by accident",
            "accidentally paid", "didnt mean to pay", "did not mean to pay", "paid the wrong amount",
            "payment was a mistake", "payment back",
        ),
        es=(
            "reembolso", "un reembolso", "quiero un reembolso", "devolucion", "devuelvan mi dinero",
            "mi dinero de vuelta", "regresen mi dinero", "quiero mi dinero", "devolver mi dinero", "mi reembolso",
            "me devuelvan mi dinero", "devuelvan el pago", "devuelvan mi pago", "devuelvanme el pago",
            "devuelvanme mi pago", "devuelvame el pago", "devuelvame mi pago", "devuelva el pago",
            "devuelva mi pago", "devuelvanme mi dinero", "devuelvame mi dinero", "devolver el pago",
            "devolver mi pago", "regresen el pago", "regresen mi pago", "regresenme el pago", "regresenme mi pago",
            "regreseme el pago", "regreseme mi pago", "regresar el pago", "regresar mi pago", "deshacer el pago",
            "deshacer mi pago", "deshaga el pago", "deshaga mi pago", "revertir el pago", "revertir mi pago",
            "reviertan el pago", "revierta el pago", "anular el pago", "anular mi pago", "anulen el pago",
            "anule el pago", "pague por error", "lo pague por error", "pague por equivocacion", "pague de mas",
        ),
    ),
)  # fmt: skip
