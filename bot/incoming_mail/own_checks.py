"""SPF, DKIM and DMARC as we check them ourselves; dkimpy, pyspf and authheaders, which ship no types, behind it.

Runs in the reading process: its libraries take whole mails apart and wait for name servers.
"""

import logging
from dataclasses import asdict
from functools import cache
from typing import Any

import dkim
import spf
from authheaders.dmarc_lookup import DMARCException, receiver_record_walk

from bot.incoming_mail.names import Names, NoAnswerNowError
from bot.incoming_mail.values import Checks

SIGNATURES = 5
"""How many are looked at; each costs a pass over the whole mail."""
ALGORITHMS = frozenset({b"rsa-sha256", b"ed25519-sha256"})
SPF_SECONDS = 8

# What these libraries say about a mail is no business of a log.
logging.getLogger("dkimpy").disabled = True
_quiet = logging.getLogger("bot.incoming_mail.dkim")
_quiet.disabled = True


def check(raw: bytes, from_: str, ip: str, helo: str, envelope_from: str, dns: str) -> dict[str, Any]:
    """What can be said for whoever claims to be `from_`."""
    names, domain = _names(dns), from_.rpartition("@")[2]
    if not domain:
        return asdict(Checks(dmarc="none"))
    try:
        return asdict(
            Checks(
                spf_domain=_spf(names, ip, helo, envelope_from),
                dkim_domains=tuple(_signers(names, raw)),
                **_dmarc(names, domain),
            )
        )
    except NoAnswerNowError:
        return asdict(Checks(dmarc="temperror"))


@cache
def _names(dns: str) -> Names:
    return Names(dns)


def _spf(names: Names, ip: str, helo: str, envelope_from: str) -> str:
    """The domain of the envelope, when SPF passes for it."""
    spf.DNSLookup = lambda name, kind, *_, **__: _records(names, name, kind)
    result, _ = spf.check2(ip, envelope_from, helo, timeout=3, querytime=SPF_SECONDS)
    return envelope_from.rpartition("@")[2].lower() if result == "pass" else ""


def _records(names: Names, name: str, kind: str) -> list[tuple[tuple[str, str], Any]]:
    try:
        found = names.ask(name, kind) if kind != "SPF" else []
    except NoAnswerNowError as error:
        raise spf.TempError("DNS") from error
    match kind:
        case "A" | "AAAA":
            return [((name, kind), one.address) for one in found]
        case "MX":
            return [((name, kind), (one.preference, one.exchange)) for one in found]
        case "PTR":
            return [((name, kind), one.target.to_text(omit_final_dot=True)) for one in found]
        case _:
            return [((name, kind), one.strings) for one in found]


def _signers(names: Names, raw: bytes) -> list[str]:
    """Who signed From and the whole body with a key that is good today."""

    def text(name: bytes, timeout: float = 0) -> bytes | None:  # noqa: ARG001 - dkimpy's shape
        found = names.texts(name.decode("ascii", "replace"))
        return found[0] if len(found) == 1 else None

    message = dkim.DKIM(raw, logger=_quiet, minkey=1024)
    count = sum(name.lower() == b"dkim-signature" for name, _ in message.headers)
    signers = []
    for index in range(min(count, SIGNATURES)):
        try:
            good = message.verify(idx=index, dnsfunc=text)
        except (dkim.DKIMException, ValueError, KeyError, UnicodeError, TypeError, IndexError):
            continue
        fields = message.signature_fields
        if good and _covers_all(fields):
            signers.append(fields[b"d"].decode("ascii", "replace").lower().rstrip("."))
    return signers


def _covers_all(fields: dict[bytes, bytes]) -> bool:
    """With `l=` anybody may add words behind what was signed."""
    signed = {name.strip().lower() for name in fields.get(b"h", b"").split(b":")}
    return b"l" not in fields and b"from" in signed and fields.get(b"a", b"") in ALGORITHMS


def _dmarc(names: Names, domain: str) -> dict[str, Any]:
    """What the domain publishes about itself, found by the tree walk of DMARCbis."""

    def text(name: str) -> str | None:
        found = [one.decode("ascii", "replace") for one in names.texts(name)]
        records = [one for one in found if one.startswith("v=DMARC1")]
        return records[0] if len(records) == 1 else None

    try:
        records = receiver_record_walk(domain, dnsfunc=text)
    except DMARCException:
        return {"dmarc": "permerror"}
    policy = next(iter(records.values()), None)
    if policy is None:
        return {"dmarc": "none"}
    return {"dmarc": "found", "strict_dkim": policy.get("adkim") == "s", "strict_spf": policy.get("aspf") == "s"}
