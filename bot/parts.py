"""How each piece of the application is made from the settings; what is heavy is imported only when it is needed."""

import asyncio
import gc
import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web
from sqlalchemy import Engine

from bot.channels.mailbox import Mailbox, listening
from bot.channels.simulator import LocalTwilio
from bot.clock import Clock
from bot.payments import Processor
from bot.rounds import rounds
from bot.settings import Settings
from bot.settings.data_folder import make_data_folder
from bot.store.engine import make_engine
from bot.store.schema import create, is_current, version
from bot.texting import TWILIO, at_home
from bot.wakeups import Wakeups, make_wakeups
from bot.web import keys
from conversations.hearing import wordings

if TYPE_CHECKING:
    from bot.channels.email import Relay
    from bot.channels.signing import Signer
    from bot.smtp import MailDoor, Trust
    from bot.worker import Worker

LANES = 1
"""Writing lanes on PostgreSQL; SQLite has one. Two halve the batches: 650 us of processor a text, not 330."""


class CannotStartError(RuntimeError):
    """The server cannot start; the message says what to do."""


@dataclass(slots=True)
class Local:
    """What stands in for the outside in development."""

    twilio: LocalTwilio | None = None
    mailbox: Mailbox | None = None
    smtp_port: int = 0
    trust: "Trust | None" = None
    """In development this machine may vouch for senders, with a word that only this process knows."""


LOCAL = web.AppKey("LOCAL", Local)
MAIL_PORT = web.AppKey("MAIL_PORT", int)
WAKEUPS: web.AppKey[Wakeups] = web.AppKey("WAKEUPS")


def open_database(settings: Settings) -> Engine:
    """The engine; the folder of the embedded database is made."""
    if settings.embedded:
        make_data_folder(settings.data_dir)
    return make_engine(settings.database_url)


def ready_database(engine: Engine, settings: Settings) -> None:
    """An empty embedded database gets its tables; one at another version is refused."""
    if settings.embedded and version(engine) is None:
        create(engine)
    if not is_current(engine):
        raise CannotStartError("The database is at another version than this program. Run paybot migrate first.")


def wakeups(settings: Settings) -> Wakeups:
    """What PAYBOT_REDIS_URL asks for."""
    return make_wakeups(settings.redis_url)


@asynccontextmanager
async def simulators(settings: Settings, clock: Clock, session: aiohttp.ClientSession) -> AsyncIterator[Local]:
    """The local Twilio and the mailbox, where the settings ask for them; never in production."""
    local = Local()
    async with AsyncExitStack() as opened:
        if settings.sms == "simulator" and not settings.production:
            local.twilio = at_home(settings, clock, session)
            await opened.enter_async_context(local.twilio.running())
        if settings.mail_out.scheme == "simulator" and not settings.production:
            local.mailbox = Mailbox(clock)
            local.trust = _own_word(settings)
            local.smtp_port = await opened.enter_async_context(listening(local.mailbox))
        yield local


def _own_word(settings: Settings) -> "Trust | None":
    """Mail written on the page of the mailbox is certain, as texts of the simulator are signed: by a random token."""
    from bot.smtp import Trust

    if settings.mail_trusted_relays or settings.mail_authserv_id:
        return None
    return Trust.parse(("127.0.0.0/8", "::1/128"), f"{secrets.token_hex(16)}.invalid", settings.dns)


def worker(app: web.Application, session: aiohttp.ClientSession) -> "Worker":
    """The one who sends, with the channels of these settings."""
    from bot.channels.email import SmtpMail
    from bot.rendering import Renderer
    from bot.sending.making import Desk
    from bot.worker import Channels, Worker

    settings, local, world = app[keys.SETTINGS], app[LOCAL], app[keys.WORLD]
    text = app[TWILIO].channel(session)
    channels = Channels(text, SmtpMail(_relay(settings, local), signer=_signer(settings)))
    renderer = Renderer(settings.templates_dir)
    takes_mail = settings.mail_listen is not None
    desk = Desk(
        world.practices,
        world.keys,
        renderer,
        settings.public_url,
        settings.mail_domain,
        takes_mail=takes_mail,
        acts_as=app[TWILIO].acts_as,
    )
    app[TEXTS] = text
    return Worker(
        app[keys.WRITER],
        app[keys.READER],
        app[keys.ROAD],
        desk,
        channels,
        app[WAKEUPS],
        app[keys.CLOCK],
        alone=settings.embedded,
    )


def processor(app: web.Application, session: aiohttp.ClientSession) -> Processor:
    """Who takes the money."""
    settings = app[keys.SETTINGS]
    if settings.checkout == "sandbox":
        from bot.payments.sandbox import Sandbox
        from bot.store.sandbox_book import SandboxBook

        return Sandbox(app[keys.WORLD].keys, SandboxBook(app[keys.WRITER], app[keys.READER]))
    from bot.payments.stripe import Stripe

    key, url = settings.stripe_api_key.get_secret_value(), settings.stripe_api_url
    app[keys.STRIPE] = Stripe(session, key, settings.stripe_webhook_secrets, url)
    return app[keys.STRIPE]


@asynccontextmanager
async def echoes(app: web.Application) -> AsyncIterator[None]:
    """The sandbox's own events are heard, where there is a sandbox."""
    from bot.payments.sandbox import Sandbox

    sandbox = app[keys.PROCESSOR]
    if not isinstance(sandbox, Sandbox):
        yield
        return
    from bot.paying.outcomes.echoes import Echoes

    heard = Echoes(app[keys.ROAD], sandbox, app[keys.WORLD].practices, app[keys.CLOCK])
    async with rounds(heard.look, "the sandbox's events were not heard"):
        yield


def checkout_is_installed(settings: Settings) -> None:
    """Raises CannotStartError where the processor's library is missing."""
    if settings.checkout == "stripe":
        from bot.payments.stripe import MISSING, is_installed

        if not is_installed():
            raise CannotStartError(MISSING)


def mail_door(app: web.Application) -> "MailDoor":
    """The SMTP server for answers and bounces."""
    from bot.incoming_mail.recipients import Recipients
    from bot.smtp import MailDoor, Trust

    settings, world = app[keys.SETTINGS], app[keys.WORLD]
    return MailDoor(
        Recipients(world.keys, world.practices, settings.mail_domain),
        app[keys.ROAD].take,
        app[keys.READER],
        app[keys.CLOCK],
        hostname=settings.mail_domain,
        trust=app[LOCAL].trust or Trust.parse(settings.mail_trusted_relays, settings.mail_authserv_id, settings.dns),
        tls=_mail_tls(settings),
    )


def open_patients_mail(app: web.Application) -> None:
    """In development mail may be answered from the mailbox's page, through the door that is open now."""
    trust = app[LOCAL].trust
    if trust:
        from bot.channels.patients_mail import PatientsMail

        app[keys.PATIENTS_MAIL] = PatientsMail(app[MAIL_PORT], trust.authserv_id)


def _mail_tls(settings: Settings) -> ssl.SSLContext | None:
    if not settings.mail_tls_cert:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.mail_tls_cert, settings.mail_tls_key)
    return context


def _signer(settings: Settings) -> "Signer | None":
    if not settings.dkim_key_file:
        return None
    from bot.channels.signing import Signer

    return Signer.load(settings.dkim_key_file, settings.dkim_selector, settings.mail_domain)


def _relay(settings: Settings, local: Local) -> "Relay":
    from bot.channels.email import Relay

    out = settings.mail_out
    if local.mailbox:
        return Relay("127.0.0.1", local.smtp_port)
    security = {"smtp+starttls": "starttls", "smtps": "tls"}.get(out.scheme, "none")
    return Relay(out.host, out.port, security, out.user or None, out.password.get_secret_value() or None)  # type: ignore[arg-type]


if TYPE_CHECKING:
    from bot.channels.text import TwilioText

TEXTS: "web.AppKey[TwilioText]" = web.AppKey("TEXTS")


WARM_AFTER_SECONDS = 0.5
GARBAGE_AT = 20_000
"""Objects between two collections. A turn makes hardly any cycles, and each collection stops the loop too."""


async def warm(app: web.Application) -> None:
    """What the first patient would otherwise wait for is made ready a moment after the server is."""
    await asyncio.sleep(WARM_AFTER_SECONDS)
    # By the thread that hears: should somebody write already, nothing is made twice.
    app[keys.ROAD].writer.thread.put(wordings.compile_all)
    await app[TEXTS].warm()
    if keys.STRIPE in app:
        await asyncio.to_thread(app[keys.STRIPE].warm)
    settle()


def settle() -> None:
    """Spare the collector what was imported: it is there for good, and under load it would be walked all the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AT)
