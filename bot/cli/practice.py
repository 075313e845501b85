"""`paybot practice`: add or change, show, list."""

from pathlib import Path

from cyclopts import App

from bot.cli.opening import named, opened
from bot.cli.outcome import CommandFailedError, give, say
from bot.settings import load_settings
from bot.settings.subaccounts import MISSING, WAY_OUT

app = App("practice", help="Add, change and show practices.")


@app.command
def apply(file: Path, /) -> None:
    """Add the practice that FILE describes, or change it to what FILE says; prints what changes.

    Example: `paybot practice apply harbor.toml`

    Parameters
    ----------
    file
        A practice file (TOML).
    """
    from bot.clock import utc_now
    from bot.practice_file import PracticeFileError, load_toml, warnings_about
    from bot.practices import NumberTakenError
    from bot.practices import apply as apply_practice

    try:
        practice = load_toml(file)
    except PracticeFileError as error:
        if not error.faults[0].key:
            raise CommandFailedError(f"Nothing was changed. {error.faults[0]}.") from None
        faults = "\n".join(f"  {fault}" for fault in error.faults)
        raise CommandFailedError(f"Nothing was changed. {file} has faults:\n{faults}") from None
    for warning in warnings_about(practice):
        say(f"Warning: {warning}.")
    settings, account = load_settings(), practice.twilio_account_sid
    if settings.lacks_token(account):
        say(f"Warning: {MISSING} {WAY_OUT.format(account=account)}")
    with opened(settings, make=True) as engine, engine.begin() as conn:
        try:
            applied = apply_practice(conn, practice, utc_now())
        except NumberTakenError as error:
            raise CommandFailedError(f"Nothing was changed. {error}.") from None
    for change in applied.changes:
        give(change)
    what = "added" if applied.new else "changed" if applied.changes else "as it was: nothing changes"
    say(f"The practice {practice.slug} is {what}.")


@app.command
def show(slug: str, /) -> None:
    """Print the file of the practice SLUG, defaults included, ready to be applied again.

    Example: `paybot practice show harbor > harbor.toml`

    Parameters
    ----------
    slug
        The practice's short name.
    """
    from bot.practice_file import to_toml

    with opened() as engine:
        give(to_toml(named(engine, slug).file).rstrip("\n"))


@app.command(name="list")
def list_() -> None:
    """Print every practice: its slug and its name.

    Example: `paybot practice list`
    """
    from bot.store.engine import place, reader
    from bot.store.practices import Practices

    with opened() as engine, reader(engine).connect() as conn:
        practices, where = Practices().all(conn), place(engine)
    for practice in practices:
        give(f"{practice.file.slug}\t{practice.file.name}")
    if not practices:
        say(f"There is no practice yet in {where}. Add one with paybot practice apply FILE.toml.")
