"""What the sandbox tells by itself: signed events, which arrive here as a real processor's do at the webhook."""

from bot.clock import Clock
from bot.paying.outcomes.hearing import hear
from bot.payments.sandbox import Sandbox
from bot.store.practices import Practices
from bot.turns.road import Road


class Echoes:
    """Looks beside the worker; in development only."""

    def __init__(self, road: Road, sandbox: Sandbox, practices: Practices, clock: Clock) -> None:
        self._road, self._sandbox, self._practices, self._clock = road, sandbox, practices, clock

    async def look(self) -> int:
        """Hear what is due; how many."""
        now = self._clock()
        due = self._sandbox.events(now)
        for body, signature in due:
            news = self._sandbox.read(body, signature, now)
            if news:
                await hear(self._road, news, self._practices, now)
        return len(due)
