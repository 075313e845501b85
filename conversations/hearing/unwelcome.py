"""The net below the wordings of opting out: our texts, and that they are not wanted, however that is put.

`asked_off` is sure enough to be asked about before anything else is heard; `beside_texts` where a word of opting out
is in the message; `unwelcome` only where nothing else was understood.
"""

from typing import Final

from conversations.hearing.wordings import Wordings

_SENT: Final = (
    r"(?:texts?|texted|texting|textin|txt\w*|sms|msgs?|messag\w*|notif\w*|remind\w*|alerts?|spam|pings?|correspondence)"
)
_SEND: Final = rf"(?:{_SENT}|send|sending|write|contact|contacting|contacted|message|hit (?:me|us) up|hmu)"
_NOT: Final = (
    r"(?:dont|do not|never|not to|(?<!did )(?<!have )(?<!does )(?<!why )not|no|stop|quit|without|nobody|"
    r"no one|rather not|reason to)"
)
_BETWEEN: Final = (
    r"(?: (?:ever|please|pls|plz|again|want|wanna|wish|like|need|care|to|for|you|u|yall|me|us|be|being|get|getting|"
    r"receive|receiving|any|more|all|of|these|those|your|ur|the|keep|keeping|continue|going|guys|folks|anymore|"
    r"billing|bill|by|via|with|from|my|phone|number|on|here|automated|asked|do|dare|even|just|"
    r"use|them))*"
)
_ENVIADO: Final = r"(?:text[aeio]\w*|mensaj\w*|msj\w*|mensag\w*|sms|avisos?|recordator\w+|notificacion\w*|envios)"
_ENVIAR: Final = (
    rf"(?:{_ENVIADO}|escrib(?:an?|as|ir|irme|iendo|iendome)|mand(?:en|es|ar|arme|ando|andome)|(?<=me )mande|"
    rf"(?<=nos )mande|(?<=me los )mande|contact(?:en?|arme|ar|"
    r"arnos)|envi(?:en|es|ar|arme|ando|andome|arlos|arlas)|comuni\w+|recib(?:ir|iendo|irlos|irlas)|avis(?:en|ar|"
    r"arme)|marquen ni)"
)
_ENTRE: Final = (
    r"(?: (?:me|nos|les?|se|vuelv[ae]n?|volver|a|sigan?|seguir|quiero|deseo|quisiera|necesito|acepto|permito|autorizo|"
    r"gusta|anden?|esten?|consiento|mas|que|los|las|sus|estos|esos|por|x|de|en|mi|este|esta|favor|porfa\w*|pls|please|"
    r"nadie|haga\w*|ustedes|uds|ser|cosas|cobren|cobrar\w*|nunca))*"
)
_QUITAR: Final = (
    r"(?:quit|saqu|saca|salg|salir|borr|elimin|retir|remov|remuev|exclu|anul|desactiv|apag|acab|termin|corta|cortel|"
    r"parale|parele|absten|bloque|prohib)"
)

_ASKED_OFF: Final = Wordings(
    rf"\b{_NOT}{_BETWEEN} {_SEND}\b(?! (?:came|come|yet|arrived|showed|was|were|has|have|had|said|says|number|plan|"
    r"until|till|today|to (?:collections|my)|him|her|it|the|that|much|often|well|about this|me about this))"
    rf"|\b{_SENT}(?: (?:me|from|you|u|yall|is|are|by|on|this|phone|for))* (?:isnt|not|aint|arent) (?:for|my|welcome|"
    r"wanted|ok|okay)\b"
    rf"|\b(?:make (?:this|that|it)(?: be)?|(?:this|that|it)(?: one)? (?:is|be|better be|should be|had better be|"
    rf"will be)) (?:the|your|ur) (?:very )?last {_SENT}\b"
    r"|\b(?:number|phone|cell|line)(?: \w+)? (?:should not|shouldnt|must not|mustnt|better not|doesnt belong|"
    r"does not belong|has no business)(?: be| being)? (?:on|in) (?:\w+ ){0,4}(?:lists?|system|database|contacts)\b"
    rf"|\bout of (?:this|these|the|your|ur|yall|yalls) (?:\w+ )?{_SENT}\b"
    r"|\b(?:doesnt|dont|does not|do not|no longer|not|never) (?:get|gets|getting|receives?|recieve|receiving|want|"
    r"wants) (?:\w+ )?(?:any ?more|more|them|these|this)(?: of (?:these|them|this|those))?(?: (?:texts|on|in|at|to|"
    r"from|please|pls|thanks?|thank|anymore|ever|again)\b|$)"
    r"|\b(?:never|not|stop|without) hear(?:ing)? from\b"
    rf"|\b(?:taken|take (?:me|us|him|her|my \w+|this number)|removed?|get (?:me|us)|dropped|pulled) (?:\w+ )?(?:out|"
    rf"off|from)(?: of)? (?:\w+ ){{0,3}}(?:{_SENT}|program|list)\b"
    r"|\b(?:my|this|her|his|our) (?:cell |phone |mobile )?number (?:be )?(?:removed|deleted|erased|taken off|"
    r"taken out)\b"
    rf"|\b(?:turn|shut|switch|shutting|turning|turned|switched) (?:\w+ ){{0,3}}off\b(?=.{{0,120}}\b(?:{_SENT}|these|"
    rf"this|them)\b)|\b(?:{_SENT}|these|them|it) (?:\w+ ){{0,3}}(?:shut|turned|switched) off\b"
    rf"|\b(?:exempted?|excused?|excluded?|withheld|spare|spared)\b(?: \w+){{0,4}} {_SENT}\b"
    rf"|\b(?:get|getting|be) rid of (?:\w+ ){{0,2}}(?:{_SENT}|these|them)\b"
    rf"|\b(?:done|through|thru|finished) (?:with (?:\w+ ){{0,2}}|(?:getting|receiving) (?:all )?)(?:{_SENT}|these|"
    rf"this(?= (?:text|texting|texts|nonsense|crap|shit|bs|please|thanks|now|already)|$))\b"
    r"|\bno more of (?:this|these|those|it|that)\b|\bgo spam\b|\b(?:good|all set|im set|fine) (?:on|without) (?:the |"
    r"these |your |ur |all )*texts\b|\b(?:your|these|the|yall|ur) texts? (?:(?:are|is|r|all|just) )*spam\b|\b(?:want|"
    r"need|make|get) (?:these|the|your|all|those)(?: \w+)? (?:texts?|notifications|reminders|alerts) (?:\w+ )?(?:gone|"
    r"off|ended|over)\b|\bpass on (?:the |these |your |all )*texts\b|\b(?:nobody|no one|none of us)(?: "
    r"\w+){0,2} (?:wants?|"
    r"needs?|likes?|asked for) (?:\w+ ){0,2}(?:texts?|texting|reminders?|these)\b|\b(?:number|phone|cell|line) is off "
    r"limits\b|\b(?:phone|number|cell|line) is (?:\w+ ){1,4}not for (?:you|this|business|bills?|spam|ads)\b|\bkeep "
    r"your texts to yourself\b"
    r"|\b(?:instead of|rather than|in place of) (?:\w+ ){0,2}(?:a |by )?(?:texts?|texting|sms|this)\b"
)
_PEDIDO: Final = Wordings(
    rf"\b(?:ya no|no|nunca|jamas|tampoco|ni|sin|nada){_ENTRE} {_ENVIAR}\b(?! (?:que|el (?:link|enlace|recibo|codigo)|"
    r"me lleg\w+|a (?:coleccion\w*|cobranza\w*)))"
    rf"|\b{_ENVIADO}(?: (?:de|texto|cobro|por|este|a|mi|celular|del|doctor|clinica))* (?:ya )?(?:no|jamas)\b"
    r"(?! (?:me|se|nos|he|ha|han|puedo|pude|lleg\w*|abr\w*|sirv\w*|funcion\w*|entiend\w*|dic\w*|tien\w*|es|era|"
    r"esta|trae|sali\w*)\b)"
    rf"|\b{_QUITAR}\w*(?: (?!cargo|recargo|cobro|pago|cita)\w+){{0,5}}? (?:{_ENVIADO}|programa|lista)\b"
    rf"|\b{_ENVIADO}(?: (?!cargo|recargo|cobro|pago|cita|link|enlace)\w+){{0,4}}? (?:(?:los|las|me|nos|lo) )?"
    rf"{_QUITAR}\w*\b"
    r"|\bdej(?:en|e|a)(?:me|nos) (?:ya )?(?:quiet[oa]s?|tranquil[oa]s?|sol[oa]s?|en paz)\b"
    rf"|\bultimo (?:{_ENVIADO})\b(?! (?:dec\w+|dice|dijo|era|fue|que (?:me lleg|recib|tengo|vi|dice|decia)\w*)\b)|"
    rf"\b(?:numero|telefono|celular)(?: "
    rf"\w+){{0,8}} "
    rf"(?:borr|quit|elimin|sac)\w+l[oa]\b|\bhasta (?:aqui|cuando)(?: \w+){{0,3}} {_ENVIADO}\b"
    rf"|\b(?:numero|telefono|celular)(?: \w+){{0,5}} (?:salga\w*|borre\w*|quite\w*|fuera) (?:\w+ ){{0,2}}"
    rf"(?:de )?(?:su|sus|la|el)\b|\b(?:no|ya no|prohibo|dejen de)(?: \w+){{0,2}} (?:usar|ocupar|usen) mi "
    r"(?:numero|telefono|celular)\b"
)
# Something unwelcome near something about texting: asked about where a word of opting out is in it.
_BESIDE: Final = Wordings(
    r"\b(?:(?:annoying|unwanted|ridiculous|excessive|constant|too many|sick of|tired of|hate|"
    r"harassing) (?:\w+ ){0,3}(?:texts|texting|reminders)|(?:texts|texting|reminders) (?:\w+ ){0,3}(?:annoying|"
    r"unwanted|ridiculous|excessive|constant|nuisance|harassing|irritating|bothering|bother))\b|\b(?:(?:not|dont|"
    r"doesnt|isnt|no|arent|without|hate|stopped) (?!(?:text (?:much|often|and)|texts (?:came|come|yet|from|today)|get|"
    r"got|getting|receiv\w+|see|seen|understand|know|have|had|read|open|remember|find|work|say|said|mean|sure|show|"
    r"come|able|recall|recognize|mind|call|need to (?:call|email)|problem|gotten|sent|sending|in|on|from|"
    r"yet) ?)(?:\w+ ){0,4}?(?:texts|texting|texted|contacting|contacted|reminders|reminded)\b"
    r"|(?:no|ni|sin|nunca) (?!(?:me|nos|se) (?:lleg|han|ha |mandaron|mando|envi(?:o|aron)|avis(?:o|aron)|pudo)|"
    r"recib|lleg|entiend|entend|he |ha |han |tengo|hay|se |puedo|pude|vi |es |son |mand(?:e|o|"
    r"aron) )(?:\w+ ){0,4}?(?:mensajes|textos|recordatorios|mandar\w*|manden|enviar\w*|envien|escriban|escribir\w*|"
    r"molest\w+|contact(?:en|ar\w*)))\b"
)
_OURS: Final = Wordings(
    rf"\b(?:{_SENT}|{_ENVIADO}|(?:getting|get|send|receive|receiving) (?:\w+ )?(?:this|these|them|those)|textitos|"
    r"(?:recibir|enviar|mandar)\w*|(?:signed|sign) me up|(?:me )?apuntaron|hit me up|write me)\b"
)
_AGAINST: Final = Wordings(
    r"\b(?:confus\w+|upset\w*|annoy\w*|anxi\w+|stress\w*|pointless|useless|hate|nuisance|spare|excus\w+|exclud\w+|rid|"
    r"off|stop\w*|no longer|no more|not a fan|isnt for me|dont|do not|undo|never|enough|last|end|ended|removed?|prefer|"
    r"instead|rather|peace|without|block\w*|nobody asked|molest\w+|fastidi\w+|estres\w+|hart[oa]|cansad[oa]|freg\w+|"
    r"quit\w+|borr\w+|apag\w+|acab\w+|termin\w+|basta|ya no|nada de|no quiero|no deseo|no voy|no soy|salir|"
    r"cambie de opinion|reporto|reportar\w*|abogad[oa]|demand\w+|ultimo|absten\w+|cort\w+|nunca|jamas|prohib\w+|"
    r"anul\w+|no me gusta|solo (?:llamadas|correo)|wanna be removed|jodan|bloque\w+)\b"
)
# They miss texts, or cannot read or use one: the opposite.
_MISSED: Final = Wordings(
    r"\b(?:(?:didnt|did not|havent|have not|never|cant|cannot|couldnt|wont|doesnt|not) (?:\w+ )?(?:get|got|gotten|"
    r"receive|received|getting|receiving|see|saw|seen|open|find|read|load|understand|click|miss)|where (?:is|are|did)|"
    r"text (?:it|me)|dont stop|(?:that|my) last|last (?:texts?|reminders?|alerts?|notifications?|messages?) (?:said|"
    r"says|was|were|i got|you sent|told)|ultimo (?:mensajes?|textos?|recordatorio|aviso) (?:dec\w+|dice|dijo|que)|"
    r"resend|send (?:it|me|another|the|that|again)|again please|"
    r"another (?:link|text|code)|(?:missing|cut off|blank|empty|came through|too small|blurry)|(?:rather|prefer)(?: "
    r"(?:if|you|u|yall|to|that|"
    r"just|a|by|via|getting|get|be|me|it|in))* text(?:s|ing|ed)?(?! (?:stop|end|less))|lost (?:the|my|your)|deleted "
    r"(?:the|my|your|it)|accident\w*|(?:no|"
    r"nunca) (?:me )?(?:lleg\w+|recibi|recib[oe]|encuentr\w+|entiend\w+|abr\w+|veo|vi|puedo|pude)|(?:reenvi|manden?me|"
    r"envien?me|mande otro|manden otro|mandar otro)\w*|perd(?:i|er)\w*|borre (?:el|su))\b"
)


def asked_off(words: str) -> bool:
    """Does it say, in whatever way, that our texts are to end? Words as `opt_out` mends them."""
    return _ASKED_OFF.search(words) is not None or _PEDIDO.search(words) is not None


def beside_texts(words: str) -> bool:
    """Is something unwelcome said near something about texting?"""
    return _BESIDE.search(words) is not None


def unwelcome(words: str) -> bool:
    """Is there something about our texts and something against them, and no sign that texts are missed?"""
    return bool(_OURS.search(words) and _AGAINST.search(words) and not _MISSED.search(words))
