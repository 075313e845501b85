"""How mail programs mark what is not new: quotes, headers of what is answered, signatures. Every pattern is linear."""

import re

_I = re.IGNORECASE
_WROTE = r"(?:wrote|writes|escribi[oó]|a [ée]crit|schrieb|escreveu|ha scritto|schreef|napsal)"
_QUOTED_HEADS = r"(?:to|cc|sent|date|subject|para|enviado|enviado el|enviada el|fecha|asunto)"

MARKER = re.compile(
    r"[\s#=*_-]*(?:(?:please )?(?:reply|write|type|answer)[a-z ]{0,40} above this line"
    r"|(?:por favor )?(?:responda|escriba|conteste)[a-z ]{0,40} (?:arriba|encima|por encima) de esta l[ií]nea)\b.*",
    _I,
)
"""The line over our own words."""
QUOTED = re.compile(r"\s{0,8}[>|]")
ATTRIBUTION_BEGINS = re.compile(r"[\s*_]*(?:on|el|le|am|em|op|den|il|dne|a las)\b", _I)
ATTRIBUTION = re.compile(
    rf"[\s*_]*(?:on|el|le|am|em|op|den|il|dne|a las)\b.{{5,600}}\b{_WROTE}\b[^:]{{0,60}}:[\s*_]*", _I
)
NAMED_ATTRIBUTION = re.compile(
    rf"[^<>]{{0,200}}<[^<>\s]{{1,300}}@[^<>\s]{{1,300}}>[^<>:]{{0,60}}\b{_WROTE}\b.{{0,120}}:\s*", _I
)
ORIGINAL = re.compile(
    r"[\s*>_-]*-{2,}\s*(?:original message|original appointment|reply message|forwarded message"
    r"|mensaje original|mensaje de respuesta|"
    r"mensaje reenviado|message d'origine|urspr[üu]ngliche nachricht|mensagem original)\s*-{2,}\s*",
    _I,
)  # fmt: skip
RULE = re.compile(r"\s*_{10,}\s*")
HEADS_BEGIN = re.compile(r"[\s*]*(?:from|de|von|da|desde)\s?:\*?\s.{0,400}", _I)
HEADS_GO_ON = re.compile(rf"[\s*]*{_QUOTED_HEADS}\s?:\*?.{{0,600}}", _I)

SIGNATURE = re.compile(
    r"--\s?"
    r"|[\s_-]*(?:sent|shared) (?:from|via|with|using) .{1,80}"
    r"|[\s_-]*get (?:outlook|bluemail|the new yahoo mail) for .{1,60}"
    r"|[\s_-]*(?:enviad[oa]|mandado) (?:desde|con|a trav[ée]s de|mediante|por) .{1,80}"
    r"|[\s_-]*(?:obtener|obt[ée]n|obtenga|descargar|descarga) (?:outlook|bluemail) para .{1,60}"
    r"|[\s_-]*envoy[ée] (?:de|depuis) .{1,60}"
    r"|[\s_-]*yahoo mail: .{1,80}"
    r"|[\s_-]*(?:virus-free|libre de virus|sin virus).{0,80}"
    r"|[\s*_]*(?:confidentiality notice|confidential|aviso de confidencialidad|aviso legal|disclaimer)\b.{0,2000}"
    r"|[\s*_]*(?:this e-?mail|this message|este mensaje|este correo)\b.{0,60}"
    r"\b(?:intended|confidential|privileged|attachments|virus|dirigido|confidencial|adjuntos)\b.{0,2000}",
    _I,
)
"""Here a signature, an advertisement or a disclaimer begins."""
INLINE_SIGNATURE = re.compile(r"\s+-{2,}\s+(?=(?:sent from|enviado desde)\b)", _I)
POINTS_DOWN = re.compile(
    r"\b(?:see|answer(?:s|ed)?|repl(?:y|ies|ied)|respon(?:se|ses|ded)|comments?|ve[ar]|respuestas?|respond[oí]"
    r"|contest(?:o|é|ado)|comentarios?)\b[^\d]{0,40}"
    r"\b(?:below|inline|in line|in red|in bold|abajo|debajo|en rojo|en negrita)\b",
    _I,
)
"""Their words stand in the quote."""
GREETING = re.compile(
    r"\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hola|estimad[oa]s?"
    r"|buen[oa]s(?: d[ií]as| tardes| noches)?)\b[^?.\d]{0,40}[,:!.]\s*",
    _I,
)
FAREWELL = re.compile(
    r"\s*(?:(?:many |mil )?thanks(?: so much| a lot| again)?|thank you(?: so much| very much)?|thx|sincerely|cheers"
    r"|(?:best |kind |warm )?regards|best|yours(?: truly)?|(?:muchas |mil )?gracias|atentamente|cordialmente|atte"
    r"|(?:un )?(?:cordial )?saludos?(?: cordiales)?)[\s.,!]*",
    _I,
)
