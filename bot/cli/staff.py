"""`paybot staff`: who may use the console."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from cyclopts import App, Parameter
from sqlalchemy import Connection, Engine

from bot.cli.opening import named, opened
from bot.cli.outcome import CommandFailedError, give, say
from bot.keys import Keys
from bot.settings import Settings, load_settings

app = App("staff", help="Let people of a practice into the console, and take them out again.")


@app.command
def add(
    email: str,
    /,
    *,
    role: Annotated[Literal["biller", "manager", "auditor"], Parameter(help="What they may do; auditors only read.")],
    practice: Annotated[str | None, Parameter(help="The practice's slug; not needed while there is only one.")] = None,
) -> None:
    """Let EMAIL into the console of one practice, and print the link by which they choose a password, once.

    Example: `paybot staff add kim@harbor.example --practice harbor --role biller`

    Parameters
    ----------
    email
        Their address; nothing is sent there.
    """
    from bot.staff import accounts as staff
    from bot.store.staff import Role

    settings = load_settings()
    with opened(settings) as engine:
        ours = named(engine, practice)
        _make_link(engine, settings, lambda conn, keys, now: staff.add(conn, keys, ours.id, email, Role(role), now))


@app.command
def reset(email: str, /) -> None:
    """Take the password of EMAIL away, sign them out everywhere, and print a new set-up link.

    Example: `paybot staff reset kim@harbor.example`

    Parameters
    ----------
    email
        Whose password.
    """
    from bot.staff import accounts as staff

    settings = load_settings()
    with opened(settings) as engine:
        _make_link(engine, settings, lambda conn, keys, now: staff.reset(conn, keys, email, now))


@app.command
def remove(email: str, /) -> None:
    """Sign EMAIL out everywhere, for good. What they did stays in the audit.

    Example: `paybot staff remove kim@harbor.example`

    Parameters
    ----------
    email
        Who leaves.
    """
    from bot.clock import utc_now
    from bot.staff import accounts as staff

    with opened() as engine, engine.begin() as conn:
        try:
            staff.remove(conn, email, utc_now())
        except staff.StaffError as error:
            raise CommandFailedError(str(error)) from None
    say(f"{staff.clean(email)} is out.")


@app.command(name="list")
def list_() -> None:
    """Print everybody who may come in: address, practice, role, and whether they have chosen a password.

    Example: `paybot staff list`
    """
    from bot.store import staff
    from bot.store.engine import reader

    with opened() as engine, reader(engine).connect() as conn:
        members = staff.every(conn)
    for one in members:
        give(f"{one.email}\t{one.practice}\t{one.role}\t{'active' if one.password_hash else 'no password yet'}")
    if not members:
        say("There is no staff yet. Add somebody with paybot staff add EMAIL --role biller.")


def _make_link(engine: Engine, settings: Settings, make: Callable[[Connection, Keys, datetime], str]) -> None:
    from bot.clock import utc_now
    from bot.staff.accounts import StaffError

    try:
        with engine.begin() as conn:
            token = make(conn, settings.keys(), utc_now())
    except StaffError as error:
        raise CommandFailedError(str(error)) from None
    say("The link works once, for 48 hours. Give it to them alone.")
    give(f"{settings.public_url}/console/setup/{token}")
