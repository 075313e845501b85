"""Puts the pieces together: everything with a life span opens here, in order, and closes in the reverse order."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import replace

import aiohttp
from aiohttp import web
from sqlalchemy import Engine

from bot import logs, loop, parts, texting
from bot.clock import Clock, utc_now
from bot.keeping.audit_seals import MOST_ROWS, Sealer
from bot.paying.books.refunding import Refunds
from bot.paying.entry.asking import Asking
from bot.paying.outcomes.closings import Closings
from bot.paying.outcomes.doubts import Doubts
from bot.paying.outcomes.reconciling import Reconciling
from bot.paying.saved_cards.charging import Charging
from bot.plans.schedule import Schedule
from bot.rounds import rounds
from bot.settings import Settings
from bot.store.lock import only_server
from bot.store.practices import Practices
from bot.store.writer import Reader
from bot.tallies import Tallies
from bot.turns.arrivals import World
from bot.turns.road import Road
from bot.wakeups import Wakeup
from bot.web import (
    api,
    checkout_simulator,
    console,
    guards,
    health,
    keys,
    local_twilio,
    mail_simulator,
    pay,
    simulator,
    twilio,
    unsubscribe,
)
from bot.web.access import AccessLogger
from bot.web.connections import PATIENCE, Runner, room
from bot.web.door import Door
from bot.web.numbers import Numbers
from bot.web.pages import Pages
from bot.web.signed import Signatures
from bot.web.signers import Signers
from bot.web.statuses import Statuses

__all__ = ["ALL", "CannotStartError", "make_app", "make_runner", "serve"]

CannotStartError = parts.CannotStartError

ALL = frozenset({"web", "mail", "worker"})
LARGEST_BODY = 64 * 1024
SHUTDOWN_SECONDS = 15
PUBLIC_PORT = 8080
"""Where PAYBOT_PUBLIC_URL leads when it is not set."""
TOOLS = {"Phones": "/simulator/phone", "Mail": "/simulator/mailbox", "Console": "/console"}
CALL_LIMITS = aiohttp.ClientTimeout(total=10, connect=3)

log = logging.getLogger(__name__)
ENGINE = web.AppKey("ENGINE", Engine)
SESSION = web.AppKey("SESSION", aiohttp.ClientSession)

Context = Callable[[web.Application], AsyncIterator[None]]


def make_app(settings: Settings, clock: Clock = utc_now, only: Collection[str] = ALL) -> web.Application:
    """The application: nothing is opened before it starts. `only` as `paybot serve --only`."""
    parts.checkout_is_installed(settings)
    app = web.Application(middlewares=[guards.refusals, guards.own_forms_only], client_max_size=LARGEST_BODY)
    app[keys.SETTINGS], app[keys.CLOCK], app[keys.PAGES] = settings, clock, Pages(settings.templates_dir)
    app[keys.TALLIES] = Tallies()
    app.on_response_prepare.append(guards.add_headers)
    app.add_routes(health.routes)
    contexts: list[Context] = [_database, _road, _outside]
    if "web" in only:
        app.add_routes(twilio.routes)
        app.add_routes(unsubscribe.routes)
        for routes in (*pay.ROUTES, *console.ROUTES):
            app.add_routes(routes)
        if settings.checkout == "stripe":
            from bot.web import stripe

            app.add_routes(stripe.routes)
        api.install(app)
        contexts.append(_doors)
    if settings.sms == "simulator" and not settings.production:
        if not {"web", "worker"} <= set(only):
            raise CannotStartError("The simulator needs the web and the worker in one process: leave --only out.")
        app.add_routes([*local_twilio.routes, *simulator.routes, *mail_simulator.routes, *checkout_simulator.routes])
    if "mail" in only and settings.mail_listen:
        contexts.append(_mail_door)
    if "worker" in only:
        contexts.append(_worker)
    app.cleanup_ctx.extend(contexts)
    if settings.metrics_listen:
        from bot.web.metrics import Metrics

        app[keys.METRICS] = Metrics(app[keys.TALLIES])
        app.middlewares.insert(0, app[keys.METRICS].middleware)
    return app


async def _database(app: web.Application) -> AsyncIterator[None]:
    engine = parts.open_database(app[keys.SETTINGS])
    with only_server(engine):
        parts.ready_database(engine, app[keys.SETTINGS])
        app[ENGINE], app[keys.READER] = engine, Reader(engine)
        yield
        app[keys.READER].close()
        engine.dispose()


async def _road(app: web.Application) -> AsyncIterator[None]:
    settings = app[keys.SETTINGS]
    app[keys.WORLD] = World(Practices(), settings.keys(), settings.opt_out_mode, simulated=settings.sms == "simulator")
    road = Road(app[ENGINE], app[keys.WORLD], app[keys.CLOCK], lanes=parts.LANES)
    road.start()
    app[keys.TALLIES].taken, app[keys.TALLIES].batches = road.taken, road.batches
    app[keys.ROAD], app[keys.WRITER] = road, road.writer
    yield
    await road.close()


async def _outside(app: web.Application) -> AsyncIterator[None]:
    """The one client session, the wake-ups, and in development the local Twilio and the mailbox."""
    settings, clock = app[keys.SETTINGS], app[keys.CLOCK]
    wakeups = parts.wakeups(settings)
    await wakeups.start()
    app[parts.WAKEUPS] = wakeups
    app[keys.ROAD].on_outbox.append(wakeups.notify)
    async with (
        aiohttp.ClientSession(timeout=CALL_LIMITS) as session,
        parts.simulators(settings, clock, session) as local,
    ):
        app[SESSION], app[parts.LOCAL] = session, local
        app[texting.TWILIO] = texting.twilio(settings, local.twilio)
        app[keys.PROCESSOR] = parts.processor(app, session)
        if local.twilio:
            app[keys.LOCAL_TWILIO] = local.twilio
        if local.mailbox:
            app[keys.MAILBOX] = local.mailbox
        yield
    await wakeups.close()


async def _doors(app: web.Application) -> AsyncIterator[None]:
    public_url, ours = app[keys.SETTINGS].public_url, app[texting.TWILIO]
    own = app[keys.SIGNATURES] = Signatures(ours.tokens, public_url)
    app[keys.SIGNERS] = Signers(ours.account_sid, own, ours.tokens_of, public_url)
    app[keys.NUMBERS] = Numbers(app[keys.WORLD].practices, app[keys.READER])
    statuses = Statuses(app[keys.WRITER], app[keys.CLOCK])
    app[keys.STATUSES], app[keys.TALLIES].news = statuses.note, statuses.news
    yield
    await statuses.close()


async def _mail_door(app: web.Application) -> AsyncIterator[None]:
    door = parts.mail_door(app)
    app[keys.TALLIES].mails = door.verdicts
    listen = app[keys.SETTINGS].mail_listen
    if listen:
        app[parts.MAIL_PORT] = await door.start(*listen)
        parts.open_patients_mail(app)
    yield
    await door.close()


async def _worker(app: web.Application) -> AsyncIterator[None]:
    worker = parts.worker(app, app[SESSION])
    app[keys.TALLIES].sends = worker.sends
    counter = (
        app[keys.ROAD],
        app[keys.READER],
        app[keys.WRITER],
        app[keys.PROCESSOR],
        app[keys.WORLD].practices,
        app[keys.CLOCK],
    )
    doubts, closings, reconciling = Doubts(*counter), Closings(*counter), Reconciling(*counter)
    refunds, charging, ordered = Refunds(*counter), Charging(*counter), Wakeup()
    app[keys.ROAD].on_orders.append(ordered.set)
    await worker.start()
    world = app[keys.WORLD]
    asking = Asking(app[keys.ROAD], app[keys.WRITER], world.practices, app[keys.CLOCK], simulated=world.simulated)
    sealer = Sealer(app[keys.WRITER], app[keys.READER], app[keys.CLOCK])
    schedule = Schedule(app[keys.ROAD], app[keys.READER], app[keys.WRITER], world, app[keys.CLOCK])
    async with (
        rounds(charging.look, "saved cards not charged", woken=ordered),
        rounds(schedule.look, "plans and promises not looked after"),
        rounds(doubts.look, "payments in doubt not asked for"),
        rounds(closings.look, "checkouts that have ended were not closed"),
        rounds(reconciling.look, "the night was not compared"),
        rounds(refunds.look, "refunds not handed over"),
        rounds(asking.look, "codes asked for on our pages were not sent"),
        rounds(sealer.look, "the audit was not sealed", most=MOST_ROWS),
        parts.echoes(app),
    ):
        warming = asyncio.create_task(parts.warm(app))
        yield
        warming.cancel()
        await asyncio.gather(warming, return_exceptions=True)
    await worker.close()


def make_runner(app: web.Application) -> web.AppRunner:
    """A runner whose access log names routes only, and which never cuts a handler in the middle of a commit."""
    return Runner(
        app,
        guards.headers_without_request(app[keys.SETTINGS]),
        replace(PATIENCE, most=room(PATIENCE.most)),
        access_log_class=AccessLogger,
        access_log=logging.getLogger("bot.access"),
        handler_cancellation=False,
        # Nobody may send us compressed bodies; unpacked, a refused one would keep us busy while it is thrown away.
        auto_decompress=False,
        shutdown_timeout=SHUTDOWN_SECONDS,
    )


def serve(settings: Settings, only: Collection[str] = ALL) -> None:
    """Run until told to stop. Raises CannotStartError, or OSError when the port is taken."""
    logs.set_up(settings.log_level)
    loop.run(_serve(settings, only))


async def _serve(settings: Settings, only: Collection[str]) -> None:
    app = make_app(settings, only=only)
    runner, pulse = make_runner(app), make_runner(_health_app(app))
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        await runner.setup()
        if "web" in only:
            await Door(runner, *settings.listen).start()
        if settings.metrics_listen:
            await pulse.setup()
            await Door(pulse, *settings.metrics_listen).start()
        practices = await app[keys.READER].run(app[keys.WORLD].practices.all)
        sys.stderr.write("".join(f"Warning: {one}\n" for one in texting.cannot_text(settings, practices)))
        sys.stderr.write(ready(settings, only))
        sys.stderr.flush()
        await stop.wait()
    finally:
        await pulse.cleanup()
        await runner.cleanup()


def _health_app(app: web.Application) -> web.Application:
    """The health pages and the metrics, for a port that the public does not reach."""
    pulse = web.Application()
    pulse[keys.SETTINGS] = app[keys.SETTINGS]
    pulse.on_response_prepare.append(guards.add_headers)

    async def share(_: web.Application) -> None:
        pulse[keys.CLOCK], pulse[keys.READER] = app[keys.CLOCK], app[keys.READER]

    pulse.on_startup.append(share)
    pulse.add_routes(health.routes)
    if keys.METRICS in app:
        pulse.router.add_get("/metrics", _metrics(app))
    return pulse


def _metrics(app: web.Application) -> guards.Handler:
    async def metrics(request: web.Request) -> web.StreamResponse:
        return await app[keys.METRICS].page(request, app[keys.READER], app[keys.CLOCK])

    return metrics


def ready(settings: Settings, only: Collection[str]) -> str:
    """What is said once it runs: in development also where to try it, which is always where we listen."""
    if "web" not in only:
        return "paybot is ready.\n"
    said = f"paybot is ready on http://{settings.listen}, for the public at {settings.public_url}."
    if settings.sms != "simulator":
        return f"{said}\n"
    here, elsewhere = settings.public_url, ""
    if "public_url" not in settings.model_fields_set and settings.listen.port != PUBLIC_PORT:
        here = f"http://{settings.listen}"
        elsewhere = (
            f"\nWarning: links lead to {settings.public_url}, where this server is not: set PAYBOT_PUBLIC_URL={here}"
        )
    tools = "   ".join(f"{name} {here}{path}" for name, path in TOOLS.items())
    return f"{said}{elsewhere}\n{tools}\n"
