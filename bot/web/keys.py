"""What handlers find in the application: put there once, by bot.app."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from bot.channels.mailbox import Mailbox
from bot.channels.simulator import LocalTwilio
from bot.clock import Clock
from bot.payments import Processor
from bot.settings import Settings
from bot.store.writer import Reader, Writer
from bot.tallies import Tallies
from bot.turns.arrivals import World
from bot.turns.road import Road
from bot.web.numbers import Numbers
from bot.web.pages import Pages
from bot.web.signed import Signatures
from bot.web.signers import Signers

if TYPE_CHECKING:
    # It brings aiosmtplib along, which a start need not wait for.
    from bot.channels.patients_mail import PatientsMail
    from bot.payments.stripe import Stripe
    from bot.web.metrics import Metrics

NoteState = Callable[[str, int | None, str, str | None, str], Awaitable[None]]
"""Provider's id, our outbox row if the address names one, the state, the error code, the account that says so."""

SETTINGS = web.AppKey("SETTINGS", Settings)
CLOCK: web.AppKey[Clock] = web.AppKey("CLOCK")
WORLD = web.AppKey("WORLD", World)
ROAD = web.AppKey("ROAD", Road)
READER = web.AppKey("READER", Reader)
WRITER = web.AppKey("WRITER", Writer)
NUMBERS = web.AppKey("NUMBERS", Numbers)
SIGNATURES = web.AppKey("SIGNATURES", Signatures)
"""Of our own account at Twilio."""
SIGNERS = web.AppKey("SIGNERS", Signers)
"""Of every account that we know."""
STATUSES: web.AppKey[NoteState] = web.AppKey("STATUSES")
PAGES = web.AppKey("PAGES", Pages)
PROCESSOR: web.AppKey[Processor] = web.AppKey("PROCESSOR")
STRIPE: "web.AppKey[Stripe]" = web.AppKey("STRIPE")
"""The same, where PAYBOT_CHECKOUT says so: only it has webhooks."""
TALLIES = web.AppKey("TALLIES", Tallies)
METRICS: "web.AppKey[Metrics]" = web.AppKey("METRICS")
"""Where PAYBOT_METRICS_LISTEN is set."""
LOCAL_TWILIO = web.AppKey("LOCAL_TWILIO", LocalTwilio)
MAILBOX = web.AppKey("MAILBOX", Mailbox)
PATIENTS_MAIL: "web.AppKey[PatientsMail]" = web.AppKey("PATIENTS_MAIL")
"""Answers mail as patients do, while the simulator's mail door is open."""
