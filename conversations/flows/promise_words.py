"""Words with which people promise to pay on a day, and answer about it."""

from typing import Final

from conversations.machine import Keyword, Says

KEYWORDS = (
    Keyword(
        "when_asked",
        en=(
            "when is my payment", "when was my payment", "when do i pay", "when am i paying", "what did i promise",
            "what day did i say", "what day did i pick", "which day did i pick", "what date did i pick",
            "when did i say i would pay",
        ),
        es=(
            "cuando es mi pago", "cuando pago", "que dia pago", "que fecha escogi", "que dia escogi", "que dia dije",
            "que prometi", "cuando dije que pagaba",
        ),
    ),
    Keyword(
        "asked",
        en=(
            "promise", "promise to pay", "pay later", "pay you later", "pay you next week", "pay you next month",
            "pay you on friday", "pay you tomorrow", "pay you soon", "pay next week", "pay next month",
            "pay on friday", "pay friday", "pay you friday", "pay monday", "pay on monday", "pay tomorrow",
            "pay this weekend", "pay soon", "when i get paid", "i get paid", "get paid", "next paycheck",
            "when my check comes", "payday", "on payday", "when i get my check", "need more time", "more time",
            "give me time", "give me more time", "give me until", "extension", "can i wait",
            "pay at the end of the month", "pay by friday", "pay by the end of the month", "pay in two weeks",
            "pay in a week", "remind me later", "pay half now", "pay on the 1st", "pay on the 15th", "pay the first",
            "due date", "remind me", "remind me tomorrow", "remind me friday", "remind me next week", "ill bring it in",
            "bring it in", "bring a check", "when is it due", "when is this due", "when is my payment due",
            "wait until", "wait till", "wait til", "hold off until",
            "hold off till", "have until", "give me till", "have it next", "have it on", "have it friday",
            "have the money", "have the money on", "get my check", "get my paycheck", "i get my check",
            "payment extension", "an extension", "until payday", "until i get paid", "when is payment due",
            "when is the payment due", "when do i have to pay", "when do i need to pay",
            "how long do i have to pay", "how long do i have", "how much time do i have", "by when do i have to pay",
            "pay when", "tax refund", "my tax refund", "tax return", "income tax", "cant pay until", "cant pay till",
            "cant pay it until", "cant pay this until", "cant pay this till", "cant pay it till",
            "cannot pay this until", "cannot pay it until", "cant pay that until", "cannot pay until", "have it by",
            "need till", "need until", "have money until", "have the money until", "have money till",
            "getting paid on", "im getting paid", "check comes", "my check comes",
            "check comes on", "give me a week", "give me 2 weeks", "give me two weeks", "give me a few days",
            "a few more days", "few more days", "need a few days", "bring cash", "bring you cash",
            "bring it tomorrow", "mailing a check", "pay at my next visit", "payday is", "will pay then",
            "get ssi", "get my ssi", "my ssi", "get my disability",
        ),
        es=(
            "pagar luego", "pagar despues", "pagar el viernes", "pago el viernes", "pago luego",
            "le pago el viernes", "pagar la proxima semana", "pago la proxima semana", "pagar el proximo mes",
            "pagar en quince dias", "pagar la quincena", "cuando me paguen", "me pagan el", "me pagan",
            "en la quincena", "la quincena", "mas tiempo", "necesito mas tiempo", "deme tiempo",
            "deme mas tiempo", "una prorroga", "prorroga", "pagar pronto", "pagar fin de mes", "a fin de mes",
            "le pago despues", "le pago luego", "pagare luego", "cuando cobre", "prometo pagar", "pagar otro dia",
            "cuando tengo que pagar", "cuando hay que pagar", "cuando vence", "cuando debo pagar",
            "cuanto tiempo tengo para pagar", "recuerdeme",
            "hasta el", "deme hasta", "espereme", "esperenme", "puede esperar", "pueden esperar", "cobro el",
            "mi quincena", "hasta la quincena", "tengo el dinero el",
            "me depositan", "me depositan el", "cuando me llegue el cheque", "me llega el cheque",
            "deme dos semanas", "deme una semana", "deme unos dias", "unos dias mas", "aguanteme", "al rato pago",
            "al rato le pago", "luego le pago", "luego pago", "despues le pago", "despues pago", "pagar hasta el",
            "no puedo pagar hasta", "no puedo pagar esto hasta", "no puedo pagarlo hasta",
            "no puedo pagar nada hasta", "no voy a poder pagar hasta", "no me cobre hasta", "pago en agosto",
            "llevar efectivo", "llevo efectivo", "mando un cheque", "mandare un cheque", "cuando me depositen",
            "no tengo dinero hasta",
            "devolucion de impuestos", "mi devolucion de impuestos", "reembolso de taxes", "mi reembolso de taxes",
            "reembolso de impuestos", "mis taxes", "ahorita no puedo", "ahora no puedo", "por ahora no puedo",
        ),
    ),
    Keyword(
        "change",
        en=(
            "change", "change it", "change the date", "change the day", "change my date", "change date", "move",
            "move it", "move the date", "move my date", "move the day", "move my payment", "move the payment",
            "move my payment date", "change my payment date", "change the payment date", "change my due date",
            "move my due date", "reschedule my payment", "push it back", "push back my payment",
            "push my payment", "push the payment", "push my payment to", "postpone my payment", "postpone the payment",
            "postpone it", "delay the payment", "move my next payment", "delay my payment", "different day",
            "another day", "another date", "different date",
            "push it", "cant today", "cant pay today", "cant do it today", "not today", "push it to",
            "push it to the", "move both", "need one more week", "one more week",
        ),
        es=(
            "cambiar", "cambiar la fecha", "cambiar fecha", "cambiar el dia", "cambiar de dia", "cambiar mi fecha",
            "cambiar la fecha de pago", "mover", "mover la fecha", "mover el pago", "mover mi pago", "mover el dia",
            "otro dia", "otra fecha", "cambie la fecha", "mueva la fecha",
            "hoy no puedo", "hoy no puedo pagar", "no puedo hoy", "no puedo pagar hoy", "mueva mi pago",
            "mueva el pago", "mueva mi fecha", "mueva el dia", "mueva", "muevalo", "muevan mi pago",
            "muevelo", "cambie mi pago", "cambie el dia", "cambie mi fecha", "cambielo", "cobrarme el",
            "me pueden cobrar el", "pase mi pago", "pase mi pago al", "pasar mi pago",
        ),
    ),
)  # fmt: skip
SET: Final = Says(
    en=("set", "set it", "set please", "i set it", "set it up", "set both", "all set", "deal", "set the date"),
    es=("acepto", "fijar", "fijarlo", "listo", "hecho", "quedamos asi", "lo acepto"),
)
