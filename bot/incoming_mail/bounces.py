"""What a server reports about a mail of ours: RFC 3464 where it can, words where it must."""

import re
from collections.abc import Iterable

from bot.incoming_mail.values import Bounce, Fate

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ -](?:#?[45]\.\d|\S)")
_FIELD = re.compile(r"^([A-Za-z-]{3,40}):[ \t]*(.{0,500})$", re.MULTILINE)
FAILED_WORDS = re.compile(
    r"user (?:unknown|not found|doesn't exist|does not exist)|no such (?:user|mailbox|recipient|address)"
    r"|unknown (?:user|recipient|address|local)"
    r"|(?:mailbox|account|address|recipient)[^.\n]{0,60}(?:not found|unavailable|does(?:n't| not) exist"
    r"|disabled|inactive|rejected|invalid|unknown)"
    r"|permanent (?:fatal )?errors?|permanently|could not be delivered|couldn't be delivered|was(?:n't"
    r"| not) delivered|delivery (?:has )?failed"
    r"|undeliverable|unrouteable|host (?:or domain name )?not found|giving up|i've given up|this is a permanent error"
    r"|unable to deliver|does(?:n't| not) have an? \S+ account"
    r"|no se (?:pudo|ha podido|puede) entregar|usuario (?:desconocido|inexistente)|no existe"
    r"|buz[oó]n (?:inexistente|no disponible)",
    re.IGNORECASE,
)  # fmt: skip
DELAYED_WORDS = re.compile(
    r"delay(?:ed)?|will (?:continue|keep) (?:to )?(?:retry|try)|still being retried"
    r"|has not yet been delivered|warning(?: only)?\b|temporar(?:y|ily)"
    r"|will be retried|queued for retry|retrasad[oa]|se seguir[aá] intentando|mailbox (?:is )?full|over quota"
    r"|quota exceeded|buz[oó]n lleno",
    re.IGNORECASE,
)  # fmt: skip
ACTIONS = {
    "failed": Fate.HARD,
    "delayed": Fate.SOFT,
    "delivered": Fate.ARRIVED,
    "relayed": Fate.ARRIVED,
    "expanded": Fate.ARRIVED,
}
WORST_FIRST = (Fate.HARD, Fate.SOFT, Fate.ARRIVED, Fate.UNKNOWN)


def from_status(reports: Iterable[str]) -> Bounce | None:
    """What a message/delivery-status part says; None: it names no action."""
    found = [bounce for report in reports if (bounce := _recipient(report))]
    return min(found, key=lambda one: WORST_FIRST.index(one.fate), default=None)


def from_words(text: str) -> Bounce:
    """What a report in a server's own words says, as far as that is sure."""
    status = next((found[1] for found in STATUS.finditer(text)), "")
    code = next((found[1] for found in REPLY_CODE.finditer(text)), "")
    class_ = status[:1] or code[:1]
    if class_ == "4" or (class_ != "5" and DELAYED_WORDS.search(text)):
        return Bounce(Fate.SOFT, status)
    if class_ == "5" or FAILED_WORDS.search(text):
        return Bounce(Fate.HARD, status)
    return Bounce(Fate.UNKNOWN, status)


def _recipient(report: str) -> Bounce | None:
    fields = {name.lower(): value for name, value in _FIELD.findall(report)}
    action = ACTIONS.get(fields.get("action", "").split()[0].lower() if fields.get("action", "").strip() else "")
    if action is None:
        return None
    told = STATUS.search(fields.get("status", "")) or STATUS.search(fields.get("diagnostic-code", ""))
    status = told[1] if told else ""
    # Given up after days of 4.x.x: full or away then, not gone for good.
    return Bounce(Fate.SOFT if action is Fate.HARD and status.startswith("4") else action, status)
