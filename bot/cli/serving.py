"""`paybot serve` and `paybot migrate`."""

from itertools import islice
from pathlib import Path
from socket import gaierror, getaddrinfo
from typing import Annotated

from cyclopts import Parameter

from bot.cli.opening import sound_flows, tell_unknown_names
from bot.cli.outcome import CommandFailedError, WrongUsageError, say
from bot.settings import Settings, load_settings

PARTS = ("web", "mail", "worker")
MOST_FAULTS = 10
"""Of the practice's own wording, told at start."""
PATIENCE_SECONDS = 0.3
"""A hundred files or so: the start must not wait for the rest."""


def serve(
    *, only: Annotated[str | None, Parameter(help="Some of web,mail,worker; all three without it.")] = None
) -> None:
    """Run the server: patients' pages, webhooks, and the worker that sends. Ctrl-C stops it.

    Without settings it runs on an embedded database in PAYBOT_DATA_DIR, with simulators for text and mail.

    Example: `PAYBOT_DATA_DIR=/var/lib/paybot paybot serve --only web,worker`
    """
    parts = _parts(only)
    settings = load_settings()
    tell_unknown_names()
    sound_flows()
    _tell_wording(settings.templates_dir)
    from bot import app
    from bot.store.lock import AlreadyServedError

    try:
        app.serve(settings, parts)
    except (app.CannotStartError, AlreadyServedError) as error:
        raise CommandFailedError(str(error)) from None
    except OSError as error:
        raise CommandFailedError(_cannot_listen(error, settings)) from None


def _tell_wording(folder: Path | None) -> None:
    """A patient must be answered whatever was laid over our words: what cannot be used is told, and ours is said."""
    if folder is None:
        return
    from bot.rendering.laid_over import faults

    found = list(islice(faults(folder, PATIENCE_SECONDS), MOST_FAULTS + 1))
    for fault in found[:MOST_FAULTS]:
        say(f"Warning: PAYBOT_TEMPLATES_DIR: {fault}{' Until then our own words are used.' if fault.broken else ''}")
    if len(found) > MOST_FAULTS:
        say("Warning: PAYBOT_TEMPLATES_DIR: there is more. See paybot check.")


def migrate() -> None:
    """Bring the database to the current schema; an empty one gets all its tables.

    Example: `PAYBOT_DATABASE_URL=postgresql://paybot@db/paybot paybot migrate`
    """
    from bot.cli.opening import connected
    from bot.store import schema

    settings = load_settings()
    tell_unknown_names()
    engine = connected(settings)
    try:
        before = schema.version(engine)
        if (before or "") > schema.HEAD:
            raise CommandFailedError(
                f"The database is at version {before}, of a newer program; this one knows {schema.HEAD}. "
                "Run the newer program, or go back to a backup from before it."
            )
        schema.migrate(engine)
        after = schema.version(engine)
    finally:
        engine.dispose()
    say(f"The database is at version {after}{': nothing to do' if before == after else ''}.")


def _parts(only: str | None) -> frozenset[str]:
    chosen = [part.strip() for part in (only or "").split(",") if part.strip()]
    unknown = [part for part in chosen if part not in PARTS]
    if unknown or (only is not None and not chosen):
        raise WrongUsageError(f"--only takes some of {', '.join(PARTS)}, separated by commas.")
    return frozenset(chosen or PARTS)


def _cannot_listen(error: OSError, settings: Settings) -> str:
    """The door that did not open, by the setting that places it."""
    from errno import EACCES, EADDRINUSE, EADDRNOTAVAIL

    doors = {"PAYBOT_MAIL_LISTEN": settings.mail_listen, "PAYBOT_METRICS_LISTEN": settings.metrics_listen}
    if isinstance(error, gaierror):
        listens = {"PAYBOT_LISTEN": settings.listen, **doors}
        unknown = [f"{name} ({listen})" for name, listen in listens.items() if listen and not _is_known(listen.host)]
        named = " and ".join(unknown) or error.strerror
        return f"This machine knows no such host: {named}. Name one of its own addresses."
    failed = (one for one in doors.items() if one[1] and f", {one[1].port})" in str(error))
    setting, listen = next(failed, ("PAYBOT_LISTEN", settings.listen))
    if error.errno == EADDRINUSE:
        return f"Something else already listens on {listen}. Stop it, or set {setting} to another port."
    if error.errno in {EACCES, EADDRNOTAVAIL}:
        return f"We may not listen on {listen}. Set {setting} to an address and port of this machine."
    reason = error.strerror or type(error).__name__
    if error.filename:
        return (
            f"The server cannot start: {reason} ({error.filename}). "
            "See that this user may write there; PAYBOT_DATA_DIR and PAYBOT_DATABASE_URL say where it is."
        )
    return f"The server cannot start: {reason}."


def _is_known(host: str) -> bool:
    try:
        return bool(getaddrinfo(host, None))
    except OSError:
        return False
