"""`paybot notice` and `paybot link`: one patient, now."""

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from bot.cli.opening import named, opened
from bot.cli.outcome import CommandFailedError, WrongUsageError, give
from bot.settings import Settings, load_settings
from bot.store.practices import Practice, Practices
from bot.turns.arrivals import World

PracticeSlug = Annotated[str | None, Parameter(help="The practice's slug; not needed while there is only one.")]


def notice(patient: str, /, *, practice: PracticeSlug = None, channel: Literal["text", "email"] = "text") -> None:
    """Send PATIENT one balance notice now. The rules still apply: it says which one held it back, and exits 1.

    A running server sends it within a second.

    Example: `paybot notice P100 --practice harbor --channel email`

    Parameters
    ----------
    patient
        The patient's id, as the practice calls them.
    channel
        How to reach them.
    """
    from bot.clock import utc_now
    from bot.notices import State, UnknownPatientError, send_notice

    settings = load_settings()
    with opened(settings) as engine:
        ours = named(engine, practice)
        try:
            became = send_notice(engine, _world(settings), ours, patient, channel, utc_now)
        except UnknownPatientError as error:
            raise CommandFailedError(f"{error}.") from None
    if became.state is State.REFUSED:
        raise CommandFailedError(f"Not sent ({became.rule}): {became.why}.")
    if became.state is State.HELD:
        raise CommandFailedError(f"Held{_until(became.until, ours)} ({became.rule}): {became.why}.")
    give("queued")


def link(patient: str, /, *, practice: PracticeSlug = None, amount: str | None = None) -> None:
    """Print a pay link for PATIENT, made to paste. Whoever opens it is asked for a code first.

    Example: `paybot link P100 --practice harbor --amount 45.00`

    Parameters
    ----------
    patient
        The patient's id, as the practice calls them.
    amount
        Ask for this much instead of everything they owe.
    """
    from bot.clock import utc_now
    from bot.notices import UnknownPatientError
    from bot.paying.invitations.pay_links import CannotLinkError, make_link

    cents = _cents(amount)
    settings = load_settings()
    with opened(settings) as engine:
        ours = named(engine, practice)
        try:
            with engine.begin() as conn:
                token = make_link(conn, settings.keys(), ours, patient, cents, utc_now)
        except UnknownPatientError as error:
            raise CommandFailedError(f"{error}.") from None
        except CannotLinkError as error:
            raise CommandFailedError(str(error)) from None
    give(f"{settings.public_url}/p/{token}")


def _until(moment: datetime | None, practice: Practice) -> str:
    """By the clock of the practice: whoever asks sits there."""
    return f" until {moment.astimezone(ZoneInfo(practice.file.time_zone)):%Y-%m-%d %H:%M %Z}" if moment else ""


def _cents(amount: str | None) -> int | None:
    from conversations.money import parse_dollars

    if amount is None:
        return None
    try:
        cents = parse_dollars(amount)
    except ValueError:
        cents = 0
    if not cents:
        raise WrongUsageError("--amount is written like 45.00: digits, a point and two decimals, above zero.")
    return cents


def _world(settings: Settings) -> World:
    return World(Practices(), settings.keys(), settings.opt_out_mode, simulated=settings.sms == "simulator")
