"""Words with which people say that they have paid before."""

from conversations.machine import Keyword

KEYWORDS = (
    Keyword(
        "asked",
        en=(
            "already paid", "i already paid", "already paid this", "already paid that", "i paid already",
            "paid already", "i paid", "i paid this", "i paid that", "i paid it", "i paid you", "i have paid",
            "ive paid", "we paid", "we already paid", "paid in full", "i paid in full", "paid at the desk",
            "paid at the office", "i paid at the office", "paid last week", "paid yesterday", "paid by check",
            "paid by phone", "paid online", "paid cash", "i sent a check", "sent a check", "mailed a check",
            "i mailed a check", "check is in the mail", "paid the bill", "paid my bill", "its been paid",
            "been paid", "has been paid", "this has been paid", "paid it online", "paid it yesterday",
            "paid it already", "took care of this", "took care of it", "already took care of this",
            "already took care of it", "it was paid", "this was paid", "this is paid", "was already paid",
            "i just paid", "just paid", "paid my copay", "paid when i was there", "i thought i paid",
            "already payed", "i payed", "i payed this", "payed this", "payed already", "payed it", "husband paid",
            "wife paid", "mom paid", "dad paid", "son paid", "daughter paid", "he paid", "she paid", "paid it",
            "paid via", "paid with my hsa", "paid through", "mailed you a check", "sent you a check",
            "i sent you a check", "mailed check", "sending a check", "did i already pay", "didnt i already pay",
            "did i pay this",
            "didnt i pay this", "didnt i pay", "received my check", "did you get my check",
            "payment went through", "you get my check", "sent a money order", "mailed a money order",
            "i sent a money order", "paid with the link", "=i paid on the link",
            "paid through the link",
        ),
        es=(
            "ya pague", "ya lo pague", "ya la pague", "ya pague esto", "ya pague eso", "ya pague la cuenta",
            "ya pague en la oficina", "ya page", "yo pague", "yo ya pague", "pague ayer",
            "pague la semana pasada", "pague en efectivo", "pague con cheque", "ya esta pagado", "ya esta pagada",
            "esta pagado", "esta pagada", "ya fue pagado", "ya se pago", "ya pagamos", "ya hice el pago",
            "hice ese pago", "ya hice ese pago", "ya hice un pago", "hice el pago", "ya mande el pago",
            "mande un cheque", "envie un cheque", "acabo de pagar", "pague todo", "pague en la oficina",
            "ya lo habia pagado", "ya habia pagado", "habia pagado", "ya lo pago", "esposo ya pago",
            "esposa ya pago", "mi esposo pago", "mi esposa pago", "mi esposo lo pago", "mi esposa lo pago",
            "esposo lo pago", "esposa lo pago", "mi hijo ya pago", "mi hija ya pago", "mi mama ya pago",
            "mi papa ya pago", "recibieron mi cheque", "mande el cheque", "pague por telefono", "pague en linea",
            "pague en la ventanilla", "mande un money order", "ya mande un money order", "mande un giro",
            "ya pague con el link", "ya pague en el link", "pague con el link", "ya pague en la pagina", "ya mande",
        ),
    ),
)  # fmt: skip
