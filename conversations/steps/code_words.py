"""What people say about a code that they got, did not get, or never asked for."""

from conversations.machine import Says

BY_TEXT = Says(
    en=(
        "text", "text me", "by text", "text please", "text it", "text it to me", "text me the code",
        "send it by text", "sms", "send a text", "use text", "text code", "text instead", "no email",
        "no e mail", "i have no email", "i dont have email", "dont have email", "i dont have an email",
        "i dont use email", "dont have access to email", "cant get to my email", "i cant get to my email",
        "i cant open my email", "thats not my email", "not my email", "wrong email", "old email",
        "i dont have that email", "i dont have that email anymore", "that email is old", "thats an old email",
    ),
    es=(
        "texto", "por texto", "texto por favor", "mensaje de texto", "por mensaje", "por sms", "sin correo",
        "no tengo correo", "no tengo email", "no uso correo", "ese correo ya no", "no es mi correo",
        "ya no tengo ese correo", "mandelo por texto", "mandemelo por texto", "no puedo abrir mi correo",
        "no puedo ver mi correo", "correo equivocado",
    ),
)  # fmt: skip
BY_EMAIL = Says(
    en=(
        "email", "e mail", "mail", "by email", "email me", "email please", "mail me", "email it", "no phone",
        "no text", "not my phone",
    ),
    es=(
        "correo", "por correo", "email", "correo por favor", "por email", "sin celular", "no tengo celular",
        "sin telefono",
    ),
)  # fmt: skip
RESEND = Says(
    en=(
        "resend", "resend code", "resend the code", "resend it", "resend please", "send again",
        "send it again", "send the code again", "send code again", "send another", "send another code",
        "send another one", "send me another code", "send a new code", "send new code", "new code",
        "new code please", "another code", "need a new code", "i need a new code", "get a new code",
        "a new code please", "can i get a new code", "didnt get it", "i didnt get it", "did not get it",
        "didnt get a code", "i didnt get a code", "didnt get the code", "i didnt get the code",
        "didnt get code", "never got it", "i never got it", "never got a code", "i never got a code",
        "never got the code", "no code", "no code yet", "havent got it", "i havent gotten it",
        "i havent received it", "havent received it", "didnt receive it", "i didnt receive a code",
        "i did not receive a code", "i did not get a code", "code didnt come", "the code didnt come",
        "it didnt come", "nothing came", "where is the code", "where is my code", "wheres my code",
        "where is it", "code expired", "the code expired", "my code expired", "it expired", "code doesnt work",
        "the code doesnt work", "it doesnt work", "code not working", "its not coming", "not coming",
        "it never came", "never came", "still no code", "still nothing", "again please", "one more time",
        "the code is not working",
    ),
    es=(
        "reenviar", "reenvie", "reenvielo", "reenviar clave", "reenviar codigo", "otra clave", "otro codigo",
        "nueva clave", "nuevo codigo", "clave nueva", "codigo nuevo", "no llega", "no me llega",
        "no me llega nada", "no llega nada", "no llego", "no me llego", "no ha llegado", "no me ha llegado",
        "no llego la clave", "no me llego la clave", "no llego el codigo", "no me llego el codigo",
        "no llego nada", "no me llego nada", "no recibi nada", "no lo recibi", "no la recibi",
        "no recibi el codigo", "no recibi la clave", "mande otra", "mande otro", "mandeme otro",
        "mandeme otra", "mandeme otro codigo", "mandeme otra clave", "envie otra vez", "mandelo otra vez",
        "mandela otra vez", "otra vez por favor", "donde esta la clave", "donde esta el codigo", "ya vencio",
        "el codigo vencio", "la clave vencio", "no sirve la clave", "no sirve el codigo",
        "no funciona el codigo", "no funciona la clave",
    ),
)  # fmt: skip
RESEND_ANY_TIME = Says(
    en=(
        "resend", "resend code", "resend the code", "send another code", "send a new code", "need a new code",
        "new code", "another code", "didnt get a code", "didnt get the code", "never got the code",
        "never got a code", "didnt get my code", "send code", "send me a code", "send me the code",
        "i need a code", "need a code", "code please",
    ),
    es=(
        "reenviar", "no me llega la clave", "no me llega el codigo", "mande la clave", "mandeme la clave",
        "mandeme el codigo", "necesito la clave", "necesito un codigo", "otra clave", "otro codigo",
        "nueva clave", "nuevo codigo", "no me llego la clave", "no me llego el codigo",
    ),
)  # fmt: skip
NOT_MINE = Says(
    en=(
        "i didnt ask for a code", "didnt ask for a code", "i did not ask for a code", "did not ask for a code",
        "i never asked for a code", "i didnt ask for this code", "i didnt ask for that code",
        "i didnt request a code", "didnt request a code", "i did not request a code", "did not request a code",
        "i didnt request this code", "i didnt request this", "i didnt ask for this", "i did not request this",
        "i never requested a code", "never requested a code", "why did i get a code",
        "why am i getting a code", "why are you sending me a code", "why did you send me a code",
        "i didnt want a code", "who asked for a code", "somebody else asked for this code",
        "i didnt ask for any code", "i didnt ask for no code", "didnt ask for no code",
        "didnt ask for any code", "never asked for no code", "never asked for any code",
        "i aint ask for no code", "aint ask for no code", "i dont need no code", "i didnt request any code",
        "i didnt request no code", "didnt request no code",
    ),
    es=(
        "no pedi codigo", "no pedi clave", "no pedi ningun codigo", "no pedi ninguna clave",
        "no pedi un codigo", "no pedi una clave", "yo no pedi codigo", "yo no pedi clave",
        "yo no pedi un codigo", "yo no pedi una clave", "yo no pedi ningun codigo", "yo no pedi ninguna clave",
        "no solicite codigo", "no solicite un codigo", "no solicite ningun codigo", "no solicite clave",
        "yo no solicite nada", "por que me mandan un codigo", "por que me llego un codigo",
        "por que me llego una clave", "quien pidio el codigo", "quien pidio la clave",
        "quien pidio esta clave", "quien pidio este codigo", "no pedi este codigo", "no pedi esta clave",
        "no pedi ese codigo", "no pedi esa clave", "nunca pedi un codigo", "nunca pedi una clave",
        "nunca pedi codigo", "nunca pedi clave",
    ),
)  # fmt: skip
WHAT_CODE = Says(
    en=(
        "whats this code", "what is this code", "whats this code for", "what is this code for",
        "whats the code for", "what is the code for", "whats that code", "what is that code",
        "whats that code for", "what is that code for", "what code is this", "what is this code about",
        "what are these codes", "what are these numbers", "wut is this code", "dont know what this code is",
        "i dont know what this code is",
    ),
    es=(
        "que es este codigo", "que es esta clave", "que es ese codigo", "que es esa clave",
        "para que es este codigo", "para que es esta clave", "para que es el codigo", "para que es la clave",
        "para que es ese codigo", "para que es esa clave", "de que es este codigo", "de que es esta clave",
        "y este codigo", "y esta clave", "no se que es este codigo", "no se que es esta clave",
    ),
)  # fmt: skip
"""While none was asked for somebody else did; else they wonder what to do with it."""
