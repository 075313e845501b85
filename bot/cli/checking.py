"""`paybot check`: the doctor."""

from bot.cli.outcome import CommandFailedError, give
from bot.settings import Settings, UnusableSettingsError, load_settings, unknown_names


def check() -> None:
    """Look whether everything that must work does: one line each, ok, warning or failure, and what to do.

    It looks at the settings, secrets, disk, database, Redis, practices, text lengths, the public address, the Twilio
    account and its numbers, checkout, SMTP, mail DNS and the clock. It sends nothing and changes nothing, and
    it never shows a secret. It exits 1 when there is a failure.

    Example: `paybot check`
    """
    import asyncio

    from bot.checks.line import failure, warning

    try:
        settings = load_settings()
    except UnusableSettingsError as error:
        for sentence in error.sentences:
            give(str(failure("settings", sentence, "")))
        raise CommandFailedError("Nothing else can be checked before the settings are right.") from None
    for sentence in unknown_names():
        give(str(warning("settings", sentence, "")))
    failed = asyncio.run(_examine(settings))
    if failed:
        raise CommandFailedError(f"{failed} failure{'s' if failed > 1 else ''}.")


async def _examine(settings: Settings) -> int:
    import aiohttp

    from bot.checks import Surroundings, Verdict, examine
    from bot.checks.resolving import Dns
    from bot.clock import utc_now
    from bot.store.engine import make_engine

    engine = make_engine(settings.database_url)
    failed = 0
    limits = aiohttp.ClientTimeout(total=10, connect=5)
    try:
        async with aiohttp.ClientSession(timeout=limits) as session:
            around = Surroundings(settings, engine, session, Dns(settings.dns), utc_now)
            async for line in examine(around):
                give(str(line))
                failed += line.verdict is Verdict.FAILURE
    finally:
        engine.dispose()
    return failed
