"""Is a mail from whom it says it is from? By the word of a relay that we trust, or by our own check."""

from dataclasses import dataclass

from bot.incoming_mail.values import Checks, IncomingMail
from bot.tallies import among

WHY_NOT = frozenset(
    (
        *("from", "unchecked", "unaligned", "unsigned", "no_results", "two_verdicts", "another_domain"),
        *("temperror", "permerror", "dmarc_fail", "dmarc_none", "dmarc_temperror", "dmarc_permerror"),
    )
)


@dataclass(frozen=True, slots=True)
class Trusted:
    """It is from this address."""

    address: str


@dataclass(frozen=True, slots=True)
class Untrusted:
    """Anybody may have sent it."""

    why: str


Verdict = Trusted | Untrusted


def verdict(mail: IncomingMail) -> Verdict:
    """Where a trusted relay handed the mail in, its word counts, and only its."""
    if not mail.from_:
        return Untrusted(mail.why or "from")
    domain = mail.from_.rpartition("@")[2]
    why = mail.relay if mail.relay is not None else _own(mail.checks, domain)
    return Untrusted(why) if why else Trusted(mail.from_)


def word(verdict: Verdict) -> str:
    """For counting. A relay's own word may be anything, so only known ones are told."""
    return "trusted" if isinstance(verdict, Trusted) else among(verdict.why, WHY_NOT)


def _own(checks: Checks | None, domain: str) -> str:
    if checks is None:
        return "unchecked"
    if checks.dmarc not in {"found", "none"}:
        return checks.dmarc or "unchecked"
    # Without a published policy nobody says that a name below or above may speak for this one.
    unpublished = checks.dmarc == "none"
    if any(aligned(signer, domain, strict=unpublished or checks.strict_dkim) for signer in checks.dkim_domains):
        return ""
    if aligned(checks.spf_domain, domain, strict=unpublished or checks.strict_spf):
        return ""
    return "unaligned" if checks.spf_domain or checks.dkim_domains else "unsigned"


def aligned(other: str, domain: str, *, strict: bool) -> bool:
    """May `other` speak for `domain`? The same name; else one of them lies under the other, never beside it.

    That is narrower than DMARC, and needs no list of public suffixes that grows old.
    """
    if other == domain:
        return bool(domain)
    if strict or "." not in other or "." not in domain:
        return False
    return domain.endswith(f".{other}") or other.endswith(f".{domain}")
