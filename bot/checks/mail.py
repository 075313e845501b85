"""Checks of mail: the relay out, the door in, and what the domain tells receivers."""

import asyncio
import base64
import binascii
import re
import ssl

import aiosmtplib

from bot.checks.line import Line, Lines, failure, ok, warning
from bot.checks.surroundings import ResolverError, Surroundings

SECONDS = 5
SHORTEST_KEY, GOOD_KEY = 1024, 2048
SEE_RELAY = "See PAYBOT_MAIL_OUT."


async def relay(around: Surroundings) -> Lines:
    """Connects, greets, secures, signs in; sends nothing."""
    out = around.settings.mail_out
    if out.scheme == "simulator":
        yield ok("smtp", "The simulator stands in for the relay: nobody is mailed.")
        return
    client = aiosmtplib.SMTP(
        hostname=out.host,
        port=out.port,
        use_tls=out.scheme == "smtps",
        start_tls=out.scheme == "smtp+starttls",
        timeout=SECONDS,
    )
    try:
        await client.connect()
        if out.user:
            await client.login(out.user, out.password.get_secret_value())
        await client.quit()
    except aiosmtplib.SMTPAuthenticationError:
        yield failure("smtp", "The relay does not know this user and password.", SEE_RELAY)
    except (aiosmtplib.SMTPException, OSError, ssl.SSLError, TimeoutError) as error:
        yield failure("smtp", f"The relay cannot be used ({type(error).__name__}).", f"{SEE_RELAY} {_hint(error)}")
    else:
        yield _clear(out.scheme, out.host) or ok("smtp", "The relay takes our mail.")


def _hint(error: Exception) -> str:
    if "certificate" in str(error).lower():
        return "Its certificate must be valid for the name that is set there."
    return "Is it up, and may this machine reach it?"


def _clear(scheme: str, host: str) -> Line | None:
    if scheme == "smtp" and host not in {"127.0.0.1", "localhost", "::1"}:
        return warning("smtp", "The relay takes our mail, unencrypted.", "Use smtp+starttls:// or smtps://.")
    return None


async def door(around: Surroundings) -> Lines:
    """Does our own server for replies and bounces listen?"""
    listen = around.settings.mail_listen
    if listen is None:
        yield ok("mail in", "It is turned off.")
        return
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listen.host, listen.host)  # noqa: S104 - compared with
    try:
        async with asyncio.timeout(SECONDS):
            reader, writer = await asyncio.open_connection(host, listen.port)
            greeting = await reader.readline()
            writer.close()
            await writer.wait_closed()
    except (OSError, TimeoutError):
        yield warning("mail in", f"Nobody listens on {listen}.", "Start paybot serve with mail, then check again.")
        return
    if greeting.startswith(b"220"):
        yield ok("mail in", f"Our server listens on {listen}.")
    else:
        yield failure("mail in", f"Something else listens on {listen}.", "Set PAYBOT_MAIL_LISTEN to another port.")


async def names(around: Surroundings) -> Lines:
    """MX, SPF, DMARC and DKIM of the domain we mail from and are answered at."""
    domain = around.settings.mail_domain
    if domain == "localhost":
        yield ok("mail dns", "The domain is localhost: no mail from outside.")
        return
    try:
        yield await _mx(around, domain)
        yield await _spf(around, domain)
        yield await _dmarc(around, domain)
        yield await _dkim(around, domain)
    except ResolverError:
        yield failure("mail dns", "The resolver does not answer.", "See PAYBOT_DNS and this machine's way out.")


async def _mx(around: Surroundings, domain: str) -> Line:
    if await around.resolver.mail_hosts(domain):
        return ok("mail dns", f"{domain} has an MX record.")
    return failure(
        "mail dns",
        f"{domain} has no MX record.",
        "Replies and bounces come back to that domain: point its MX at PAYBOT_MAIL_LISTEN or its relay.",
    )


async def _spf(around: Surroundings, domain: str) -> Line:
    found = [text for text in await around.resolver.texts(domain) if text.lower().startswith("v=spf1")]
    if len(found) > 1:
        return failure("mail dns", f"{domain} has {len(found)} SPF records; receivers then ignore all.", "Keep one.")
    if not found:
        return failure("mail dns", f"{domain} has no SPF record.", "Add a TXT record that names your relay.")
    if re.search(r"\+all\b|\sall\b", found[0]):
        return warning("mail dns", f"The SPF record of {domain} lets everybody send.", "End it with ~all or -all.")
    return ok("mail dns", f"{domain} has an SPF record.")


async def _dmarc(around: Surroundings, domain: str) -> Line:
    for name in (domain, *([".".join(domain.split(".")[-2:])] if domain.count(".") > 1 else [])):
        if any(text.lower().startswith("v=dmarc1") for text in await around.resolver.texts(f"_dmarc.{name}")):
            return ok("mail dns", f"{name} has a DMARC record.")
    return failure(
        "mail dns",
        f"_dmarc.{domain} has no DMARC record.",
        'Add a TXT record, at first "v=DMARC1; p=none; rua=mailto:..." to see who sends in your name.',
    )


async def _dkim(around: Surroundings, domain: str) -> Line:
    selector = around.settings.dkim_selector
    if not selector:
        return warning(
            "mail dns",
            "Your relay is to sign with DKIM, which cannot be seen from here.",
            f"See that it signs as {domain}, or set PAYBOT_DKIM_KEY_FILE and PAYBOT_DKIM_SELECTOR.",
        )
    name = f"{selector}._domainkey.{domain}"
    found = "".join(await around.resolver.texts(name))
    bits = _key_bits(found)
    if not bits:
        return failure("mail dns", f"{name} has no DKIM key.", "Publish the public half of PAYBOT_DKIM_KEY_FILE there.")
    if bits < SHORTEST_KEY:
        return failure(
            "mail dns", f"The DKIM key at {name} is too short.", "Receivers ignore it: make one of 2048 bits."
        )
    if bits < GOOD_KEY and "k=ed25519" not in found:
        return warning("mail dns", f"The DKIM key at {name} has {bits} bits.", "Make one of 2048 bits.")
    return ok("mail dns", f"{name} has a DKIM key.")


def _key_bits(record: str) -> int:
    """The length of the key, near enough: what DER puts around an RSA modulus is less than 50 bytes."""
    part = re.search(r"(?:^|;)\s*p=([A-Za-z0-9+/=\s]*)", record)
    try:
        size = len(base64.b64decode(part[1])) if part else 0
    except binascii.Error:
        return 0
    if "k=ed25519" in record:
        return GOOD_KEY if size else 0
    return next((bits for bits in (4096, 3072, 2048, 1024, 512) if size * 8 >= bits), 0)
