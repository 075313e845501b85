"""By hand: `python -m tests.servers.stripe`, then paybot serve with PAYBOT_CHECKOUT=stripe and what this prints."""

import asyncio
import sys
from contextlib import suppress
from datetime import UTC, datetime

from tests.servers.stripe import KEY, SECRET, StandIn


async def _run(webhook: str, port: int) -> None:
    stand_in = StandIn(lambda: datetime.now(UTC), webhook=webhook, by_hand=True)
    async with stand_in.running(port):
        for name, value in (("API_URL", stand_in.url), ("API_KEY", KEY), ("WEBHOOK_SECRET", SECRET)):
            sys.stdout.write(f"PAYBOT_STRIPE_{name}={value}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


with suppress(KeyboardInterrupt):
    asyncio.run(_run(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080/webhooks/stripe", 9090))
