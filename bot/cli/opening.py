"""What nearly every command needs first: settings, the database at the current schema, the practice that was named."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from bot.cli.outcome import CommandFailedError, say
from bot.settings import Settings, load_settings, unknown_names
from bot.settings.data_folder import make_data_folder
from bot.store.engine import make_engine, missing_file, place, reader
from bot.store.practices import Practice, Practices
from bot.store.schema import create, is_current, version


@contextmanager
def opened(settings: Settings | None = None, *, make: bool = False) -> Iterator[Engine]:
    """The database. With `make` an embedded one that is not there is created; one at another version is refused.

    Without it nothing is created: a misspelt setting or another folder would look like a practice without patients.
    """
    settings = settings or load_settings()
    tell_unknown_names()
    engine = connected(settings) if make else make_engine(settings.database_url)
    try:
        if missing := None if make else missing_file(engine):
            raise CommandFailedError(
                f"There is no database at {missing}. See PAYBOT_DATA_DIR or PAYBOT_DATABASE_URL. "
                "paybot serve and paybot practice apply make one."
            )
        if make and settings.embedded and version(engine) is None:
            create(engine)
        if not is_current(engine):
            raise CommandFailedError("The database is at another version. Run paybot migrate, then this again.")
        yield engine
    finally:
        engine.dispose()


def connected(settings: Settings) -> Engine:
    """An engine on the database, whatever its version; the folder of an embedded one is made."""
    engine = make_engine(settings.database_url)
    if settings.embedded:
        make_data_folder(settings.data_dir)
    return engine


def tell_unknown_names() -> None:
    """A setting whose name is misspelt would be ignored silently."""
    for sentence in unknown_names():
        say(f"Warning: {sentence}")


def sound_flows() -> None:
    """What is wrong with the table of a flow stops the start, by name, and not a patient's message later."""
    try:
        import conversations.engine  # noqa: F401  its tables are checked as it is imported
    except Exception as error:
        where = _where(error)
        if not where and not isinstance(error, ValueError | AttributeError):
            raise
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        raise CommandFailedError(f"Nothing can start, because a flow has a fault: {said}{where}.") from None


def _where(error: Exception) -> str:
    """File and line of the module of a flow in which it happened."""
    steps = [(step.filename, step.lineno) for step in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        steps.append((error.filename or "", error.lineno))
    flows = [(file, line) for file, line in steps if Path(file).parent.name == "flows" and "__init__" not in file]
    return f" ({flows[-1][0]} line {flows[-1][1]})" if flows else ""


def named(engine: Engine, slug: str | None) -> Practice:
    """The practice of that slug; without one, the only practice there is."""
    with reader(engine).connect() as conn:
        known = Practices().all(conn)
    if not known:
        raise CommandFailedError(
            f"There is no practice yet in {place(engine)}. Add one with paybot practice apply FILE.toml."
        )
    if slug is None and len(known) == 1:
        return known[0]
    slugs = ", ".join(practice.file.slug for practice in known[:20])
    for practice in known:
        if practice.file.slug == slug:
            return practice
    raise CommandFailedError(
        f"There is no practice {slug} in {place(engine)}. There are: {slugs}."
        if slug
        else f"Say --practice SLUG, one of {slugs}."
    )
