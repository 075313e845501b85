"""How single settings are written, and what must stand together. Faults name the way out and never repeat a value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

if TYPE_CHECKING:
    from bot.settings import Settings

Networks = tuple[IPv4Network | IPv6Network, ...]
SHORTEST_KEY = 32
MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class Listen(NamedTuple):
    """Where we listen."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class MailOut:
    """The relay that takes our mail: `simulator`, or one of smtp, smtp+starttls, smtps."""

    scheme: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: SecretStr = field(default_factory=lambda: SecretStr(""))


def listen_or_off(value: object) -> object:
    """As `listen`; `off` or nothing turns it off."""
    return None if value in {"", "off"} else listen(value)


def listen(value: object) -> object:
    """`127.0.0.1:8080`, `[::1]:8080`."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})", value.strip())
    if not found or int(found[3]) > 65535:
        raise ValueError("must be an address and a port, like 127.0.0.1:8080")
    return Listen(found[1] or found[2], int(found[3]))


def networks(value: object) -> object:
    """Addresses or networks, separated by commas."""
    if not isinstance(value, str):
        return value
    try:
        return tuple(ip_network(part) for part in listed(value))
    except ValueError:
        raise ValueError("must be networks separated by commas, like 10.0.0.0/8, 192.168.1.7") from None


def listed(value: str) -> tuple[str, ...]:
    """The parts between commas."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def web_address(value: str) -> str:
    """Scheme, host and perhaps a port; a slash at the end is dropped."""
    way_out = "must be a web address without a path, like https://pay.harbor.example"
    try:
        parts = urlsplit(value.strip())
        bad = not parts.hostname or parts.port == 0 or parts.scheme not in {"http", "https"} or "@" in parts.netloc
    except ValueError:
        raise ValueError(way_out) from None
    if bad or parts.path.strip("/") or parts.query or parts.fragment or not re.fullmatch(r"[\w.:\[\]-]+", parts.netloc):
        raise ValueError(way_out)
    return f"{parts.scheme}://{parts.netloc}"


def mail_out(value: object) -> object:
    """`simulator`, or where to hand mail over."""
    if not isinstance(value, str):
        return value
    if value.strip().lower() == "simulator":
        return MailOut("simulator")
    way_out = "must be simulator, or like smtp+starttls://user:password@host:587 (also smtp:// and smtps://)"
    try:
        parts = urlsplit(value.strip())
        port = parts.port or MAIL_PORTS.get(parts.scheme, 0)
    except ValueError:
        raise ValueError(way_out) from None
    if parts.scheme not in MAIL_PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(way_out)
    user, password = unquote(parts.username or ""), SecretStr(unquote(parts.password or ""))
    return MailOut(parts.scheme, parts.hostname, port, user, password)


def database_url(value: str) -> str:
    """SQLite or PostgreSQL."""
    if not re.match(r"(sqlite:///.|postgresql(\+psycopg)?://.)", value):
        raise ValueError("must be like sqlite:////var/lib/paybot/paybot.db or postgresql://user:password@host/paybot")
    return value


def redis_url(value: str) -> str:
    """Redis, or nothing but our own memory."""
    if value != "memory://" and not re.match(r"(redis|rediss|unix)://.", value):
        raise ValueError("must be memory:// or like redis://host:6379/0, rediss://host:6379/0, unix:///run/redis.sock")
    return value


def domain(value: str) -> str:
    """A mail domain."""
    if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", value):
        raise ValueError("must be a domain like reply.harbor.example")
    return value.lower()


def resolver(value: str) -> str:
    """`system`, or the address of a resolver."""
    if value != "system":
        host = re.sub(r"(?<=[\].0-9]):[0-9]{1,5}$", "", value) if value.count(":") == 1 or "]" in value else value
        try:
            ip_address(host.strip("[]"))
        except ValueError:
            raise ValueError("must be system, or the address of a resolver like 9.9.9.9 or 127.0.0.1:5353") from None
    return value


def lower(value: object) -> object:
    """Choices are read in any case."""
    return value.strip().lower() if isinstance(value, str) else value


def existing_file(value: Path | None) -> Path | None:
    """A file that is there."""
    if value is not None and not value.is_file():
        raise ValueError("names a file that is not there")
    return value


def existing_folder(value: Path | None) -> Path | None:
    """A folder that is there."""
    if value is not None and not value.is_dir():
        raise ValueError("names a folder that is not there")
    return value


def missing(settings: "Settings") -> Iterator[str]:
    """What must stand together and does not."""
    if not settings.embedded and not settings.secret_key.get_secret_value():
        yield "PAYBOT_SECRET_KEY is required with PostgreSQL: every process must use the same key."
    if settings.sms == "twilio" and not (settings.twilio_account_sid and settings.twilio_auth_token.get_secret_value()):
        yield "PAYBOT_SMS=twilio needs PAYBOT_TWILIO_ACCOUNT_SID and PAYBOT_TWILIO_AUTH_TOKEN."
    if settings.checkout == "stripe" and not (
        settings.stripe_api_key.get_secret_value() and settings.stripe_webhook_secrets
    ):
        yield "PAYBOT_CHECKOUT=stripe needs PAYBOT_STRIPE_API_KEY and PAYBOT_STRIPE_WEBHOOK_SECRET."
    if settings.stripe_api_key.get_secret_value().startswith("pk_"):
        yield "PAYBOT_STRIPE_API_KEY is a publishable key (pk_): it takes a secret or restricted one (sk_, rk_)."
    if bool(settings.mail_tls_cert) != bool(settings.mail_tls_key):
        yield "PAYBOT_MAIL_TLS_CERT and PAYBOT_MAIL_TLS_KEY go together: set both or neither."
    if bool(settings.dkim_key_file) != bool(settings.dkim_selector):
        yield "PAYBOT_DKIM_KEY_FILE and PAYBOT_DKIM_SELECTOR go together: set both or neither."


def production_refusals(settings: "Settings") -> Iterator[str]:
    """What must never serve real patients."""
    if settings.sms == "simulator":
        yield "PAYBOT_ENVIRONMENT=production refuses the text simulator: set PAYBOT_SMS=twilio."
    if settings.mail_out.scheme == "simulator":
        yield "PAYBOT_ENVIRONMENT=production refuses the mail simulator: set PAYBOT_MAIL_OUT to your relay."
    if settings.checkout == "sandbox":
        yield "PAYBOT_ENVIRONMENT=production refuses the sandbox checkout: set PAYBOT_CHECKOUT=stripe."
    if not settings.secure:
        yield "PAYBOT_ENVIRONMENT=production refuses plain http: PAYBOT_PUBLIC_URL must begin with https://."
    for name in ("twilio_api_url", "stripe_api_url"):
        parts = urlsplit(getattr(settings, name))
        if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "::1", "localhost"}:
            yield f"PAYBOT_ENVIRONMENT=production refuses plain http: PAYBOT_{name.upper()} must begin with https://."
    keys = listed(settings.secret_key.get_secret_value())
    if not keys:
        yield "PAYBOT_ENVIRONMENT=production needs PAYBOT_SECRET_KEY: at least 32 random characters, kept safe."
    elif min(map(len, keys)) < SHORTEST_KEY:
        yield "PAYBOT_SECRET_KEY is too short for PAYBOT_ENVIRONMENT=production: at least 32 random characters."
