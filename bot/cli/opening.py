"""What nearly every command needs first: settings, the database at the current schema, the practice that was named."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from bot.cli.outcome import CommandFailedError
from bot.settings import Settings, load_settings
from bot.store.engine import make_engine, reader
from bot.store.practices import Practice, Practices
from bot.store.schema import create, is_current, version


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Engine]:
    """The database. An empty embedded one is created; one at another version is refused."""
    settings = settings or load_settings()
    engine = connected(settings)
    try:
        if settings.embedded and version(engine) is None:
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
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return engine


def sound_flows() -> None:
    """What is wrong with the table of a flow stops the start, by name, and not a patient's message later."""
    try:
        import conversations.engine  # noqa: F401  its tables are checked as it is imported
    except (ValueError, AttributeError) as error:
        raise CommandFailedError(f"Nothing can start, because a flow has a fault: {error}.") from None


def named(engine: Engine, slug: str | None) -> Practice:
    """The practice of that slug; without one, the only practice there is."""
    with reader(engine).connect() as conn:
        known = Practices().all(conn)
    if not known:
        raise CommandFailedError("There is no practice yet. Add one with paybot practice apply FILE.toml.")
    if slug is None and len(known) == 1:
        return known[0]
    slugs = ", ".join(practice.file.slug for practice in known[:20])
    for practice in known:
        if practice.file.slug == slug:
            return practice
    raise CommandFailedError(
        f"There is no practice {slug}. There are: {slugs}." if slug else f"Say --practice SLUG, one of {slugs}."
    )
