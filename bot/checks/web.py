"""Does the public address lead to us?"""

from email.utils import parsedate_to_datetime

import aiohttp

from bot.checks.line import Line, Lines, failure, ok, warning
from bot.checks.surroundings import Surroundings

LOCAL = ("127.0.0.1", "localhost", "[::1]")


async def web(around: Surroundings) -> Lines:
    """The pages, and the webhook, which must refuse what is not signed."""
    base = around.settings.public_url
    try:
        async with around.session.get(f"{base}/healthz", allow_redirects=False) as answer:
            said, status = await answer.text(), answer.status
            date = answer.headers.get("Date", "")
        async with around.session.post(f"{base}/webhooks/twilio/sms", allow_redirects=False) as answer:
            unsigned = answer.status
    except aiohttp.ClientConnectorCertificateError:
        yield failure(
            "webhook address",
            "Its certificate is not one that others trust.",
            "Renew it, and see that it is for this name.",
        )
        return
    except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError) as error:
        yield _nobody(base, error)
        return
    if date and not _is_local(base):
        around.clocks["the public address"] = (parsedate_to_datetime(date), around.clock())
    if status != 200 or said.strip() != "ok":
        yield failure(
            "webhook address",
            f"{base} is answered by somebody else (status {status}).",
            "Point it, or its proxy, at PAYBOT_LISTEN.",
        )
    elif unsigned != 403:
        yield failure(
            "webhook address",
            f"An unsigned webhook got status {unsigned} there instead of 403.",
            "See that the proxy hands /webhooks on to us as it is, body and all.",
        )
    elif not around.settings.secure and not _is_local(base):
        yield warning("webhook address", "It leads to us, by plain http.", "Put TLS before it, and set https://.")
    else:
        yield ok("webhook address", f"{base} leads to us.")


def _nobody(base: str, error: Exception) -> Line:
    said = f"Nobody answers at {base} ({type(error).__name__})."
    if _is_local(base):
        return warning("webhook address", said, "Start paybot serve, then check again.")
    return failure("webhook address", said, "Start paybot serve, and see the DNS name, the firewall and the proxy.")


def _is_local(base: str) -> bool:
    return base.partition("://")[2].rpartition(":")[0] in LOCAL or base.partition("://")[2] in LOCAL
