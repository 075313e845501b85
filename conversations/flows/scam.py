"""Is this a scam, and why are you texting me: how to check us. No link, no sum, no name in these answers."""

from conversations.machine import ANY, BACK, Flow, Keyword, Row
from conversations.turn import Turn


def say_how_to_check(turn: Turn) -> None:
    """By a number that they have from elsewhere, never by one that a scammer could put here."""
    turn.say("scam/check_us")


def say_why(turn: Turn) -> None:
    """Where we have the number from."""
    turn.say("scam/why")


def say_what_is_safe(turn: Turn) -> None:
    """What texts hold and what they do not."""
    turn.say("scam/privacy")


flow = Flow(
    name="scam",
    states=None,
    public=True,
    keywords=(
        Keyword(
            "asked",
            en=(
                "scam", "is this a scam", "is this scam", "is it a scam", "is this spam", "spam", "is this real",
                "is this legit", "is this legitimate", "is this fake", "is this fraud", "is this a fraud",
                "is this a joke", "is this phishing", "phishing", "is this for real", "is this safe",
                "is the link safe", "is this link safe", "is it safe to click", "is that you really", "are you real",
                "are you legit", "are you a scammer", "are you a robot", "r u a bot", "r u a robot", "r u real",
                "idk what this is", "idk who this is", "are you a bot", "is this a bot",
                "is this a real person", "are you human", "who is this", "whos this", "who are you",
                "who is texting me", "who is messaging me", "who am i talking to", "who sent this", "who r u",
                "who dis", "who is this from", "what is this", "whats this", "what is this about", "whats this about",
                "what company is this", "what office is this", "who do you work for", "what is this number",
                "whose number is this", "how do i know this is real", "how do i know this is legit",
                "how do i know this is you", "how do i know its you", "this looks like a scam", "looks like a scam",
                "sounds like a scam", "smells like a scam", "this is a scam", "seems like a scam", "prove it",
                "how do i know its", "its really you", "is it really you", "how do i know this isnt",
                "how do i know you", "how do i know youre", "how do i know youre really", "how can i trust this",
                "are you really", "prove who you are", "prove its you", "i dont know who you are",
                "i dont know who this is", "i dont trust this", "dont trust this", "can i trust this",
                "not falling for this", "suspicious", "sketchy", "fraud", "scammer", "are you with the doctor",
                "is this the doctors office", "real dr office", "real doctors office", "a real dr office",
                "a real doctors office", "truly from my doctor", "truly from my doctors office",
                "really from my doctor", "really from my doctors office", "scamer", "a scamer",
                "how do i know this is really", "sounds fake", "seems fake", "looks fake", "prove youre really",
                "prove ur really", "really the dr office", "really the doctors office", "who am i texting",
                "who am i texting with", "not to trust texts",
                "how do i know it is", "how do i know it is truly", "how do i know it is really", "are you a scamer",
            ),
            es=(
                "es una estafa", "estafa", "esto es una estafa", "esto es estafa", "es fraude", "fraude",
                "es un fraude", "esto es un fraude", "esto es real", "es real", "es de verdad", "esto es de verdad",
                "esto es verdad", "es seguro", "esto es seguro", "el enlace es seguro", "es seguro el enlace",
                "es confiable", "esto es confiable", "es verdadero", "esto es falso", "es una broma", "quien es",
                "quien es usted", "quienes son", "quien eres", "quien habla", "quien me escribe",
                "quien me manda esto", "quien manda esto", "con quien hablo", "quien mando esto", "de parte de quien",
                "de quien es este numero", "que es esto", "de que se trata", "de que se trata esto", "de donde son",
                "de donde me escriben", "de que oficina", "de que clinica son", "es un robot", "eres un robot",
                "es una persona", "es un bot", "como se que es real", "como se que son ustedes",
                "como se que no es una estafa", "parece una estafa", "parece estafa", "suena a estafa", "no confio",
                "no confio en esto", "sospechoso", "estafador", "estafadores", "de verdad es de la clinica",
                "de verdad es de la oficina", "de verdad son de la clinica", "son de verdad",
                "son de verdad del doctor", "kien eres", "kien es", "kien son", "hay mucho fraude", "mucha estafa",
                "como se yo que", "como se que este mensaje", "como se que esto", "kien me escribe",
                "quien me esta escribiendo", "como compruebo", "como compruebo que es verdad", "suena a fraude",
                "de veras son", "de veras son del doctor", "de verdad son la clinica", "como se que de verdad",
            ),
        ),
        Keyword(
            "why",
            en=(
                "why are you texting me", "why are you messaging me", "why do you text me", "why did you text me",
                "why am i getting this", "why am i getting these", "why am i getting these texts",
                "why am i getting texts", "why am i receiving this", "why did i get this",
                "how did you get my number", "how do you have my number", "where did you get my number",
                "who gave you my number", "how did you get this number", "where did you get this number",
                "who gave you this number", "what is this for", "whats this for", "what do you want",
                "what do you want from me",
            ),
            es=(
                "por que me escriben", "por que me mandan mensajes", "por que me mandan esto", "por que me textean",
                "por que me llega esto", "por que recibo esto", "por que recibo estos mensajes",
                "como consiguieron mi numero", "como obtuvieron mi numero", "de donde sacaron mi numero",
                "quien les dio mi numero", "como tienen mi numero", "que quieren", "que quiere",
            ),
        ),
        Keyword(
            "privacy",
            en=(
                "hipaa", "is this hipaa", "is this hipaa compliant", "are you hipaa compliant", "hipaa compliant",
                "hipaa violation", "isnt this hipaa", "isnt this a hipaa", "isnt this a hipaa violation",
                "isnt this private", "this is a hipaa violation", "is this private", "is this secure",
                "is this confidential", "is my information safe", "is my info safe", "is my data safe",
                "who can see this", "who can see my information", "privacy", "my privacy", "is texting secure",
                "is this text secure", "privacy policy",
            ),
            es=(
                "es privado", "esto es privado", "es confidencial", "esto es confidencial", "mi privacidad",
                "privacidad", "quien puede ver esto", "quien ve mis datos", "mis datos estan seguros",
                "es segura mi informacion", "mi informacion esta segura", "aviso de privacidad",
            ),
        ),
    ),
    rows=(
        Row("asked", ANY, BACK, do=(say_how_to_check,)),
        Row("why", ANY, BACK, do=(say_why,)),
        Row("privacy", ANY, BACK, do=(say_what_is_safe,)),
    ),
)  # fmt: skip
