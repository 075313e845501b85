"""The doctor: looks at everything that must work, and says what to do where it does not."""

from collections.abc import AsyncIterator, Callable

from bot.checks import at_home, checkout, mail, practices, twilio, web, wording
from bot.checks.line import Line, Lines, Verdict, failure
from bot.checks.surroundings import Surroundings

__all__ = ["Line", "Surroundings", "Verdict", "examine"]

CHECKS: tuple[tuple[str, Callable[[Surroundings], Lines]], ...] = (
    ("settings", at_home.settings),
    ("secrets", at_home.secrets),
    ("disk", at_home.disk),
    ("encryption", at_home.encryption),
    ("database", at_home.database),
    ("redis", at_home.redis),
    ("practices", practices.practices),
    ("text lengths", practices.text_lengths),
    ("wording", wording.wording),
    ("webhook address", web.web),
    ("twilio", twilio.twilio),
    ("checkout", checkout.checkout),
    ("smtp", mail.relay),
    ("mail in", mail.door),
    ("mail dns", mail.names),
    ("time", at_home.time),
)
"""In this order: some find out what later ones need."""


async def examine(around: Surroundings) -> AsyncIterator[Line]:
    """Every line, as soon as it is known. A check that breaks is a line too, and stops no other."""
    for subject, check in CHECKS:
        try:
            async for line in check(around):
                yield line
        except Exception as error:  # noqa: BLE001 - whatever is wrong here is what somebody came to hear
            yield failure(subject, f"It could not be checked ({type(error).__name__}).", "Please report this.")
