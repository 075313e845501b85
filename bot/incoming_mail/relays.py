"""What a trusted relay wrote into Authentication-Results; authres, which ships no types, behind one function."""

from collections.abc import Sequence
from typing import Any

import authres


def relay_says(results: Sequence[str], authserv_id: str, domain: str) -> str:
    """Why the relay would not vouch for this domain; empty: it does.

    Only its newest header counts: a sender may have written others in its name, and those lie further down. A relay
    must take them out (RFC 8601 section 5); where two speak about DMARC, one of them is forged and neither counts.
    """
    ours = [parsed for value in results if (parsed := _parse(value)) and _is(parsed.authserv_id, authserv_id)]
    if not ours:
        return "no_results"
    verdicts = [one for parsed in ours for one in parsed.results if one.method.lower() == "dmarc"]
    if len(verdicts) > 1:
        return "two_verdicts"
    newest = [one for one in ours[0].results if one.method.lower() == "dmarc"]
    if newest:
        return _by_dmarc(newest[0], domain)
    return "" if any(_signed_for(one, domain) for one in ours[0].results) else "unaligned"


def _by_dmarc(result: Any, domain: str) -> str:
    if result.result.lower() != "pass":
        return f"dmarc_{result.result.lower()[:20]}"
    about = _property(result, "header", "from").rpartition("@")[2]
    return "" if about.lower() == domain else "another_domain"


def _signed_for(result: Any, domain: str) -> bool:
    """Without DMARC: the very same domain, by DKIM or by SPF."""
    if result.result.lower() != "pass":
        return False
    match result.method.lower():
        case "dkim":
            told = _property(result, "header", "d")
        case "spf":
            told = _property(result, "smtp", "mailfrom").rpartition("@")[2]
        case _:
            return False
    return told.lower() == domain


def _property(result: Any, kind: str, name: str) -> str:
    return next((str(one.value) for one in result.properties if (one.type, one.name) == (kind, name)), "")


def _parse(value: str) -> Any:
    try:
        return authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {' '.join(value.split())}")
    except (authres.AuthResError, ValueError, IndexError, AttributeError):
        return None


def _is(told: str | None, authserv_id: str) -> bool:
    return (told or "").lower() == authserv_id.lower()
