"""A process that takes texts as fast as it can and says which ones it acknowledged: `loader URL NAME COUNT TALKS`."""

import asyncio
import sys

from bot.clock import utc_now
from bot.store.engine import make_engine
from bot.store.practices import Practices
from bot.turns.road import Road, World
from tests.bot.road.cores import echo
from tests.harbor import KEYS, text


async def load(url: str, name: str, count: int, talks: int) -> None:
    """Thirty-two at a time; every acknowledged id goes to stdout at once."""
    engine = make_engine(url)
    road = Road(engine, World(Practices(), KEYS, advance=echo), utc_now, lanes=2)
    road.start()
    numbers = iter(range(count))

    async def client() -> None:
        for n in numbers:
            sid = f"{name}{n}"
            await road.take(text(sid, sid, address=f"+1206555{n % talks:04d}"))
            sys.stdout.write(f"{sid}\n")
            sys.stdout.flush()

    await asyncio.gather(*(client() for _ in range(32)))
    await road.close()
    engine.dispose()


if __name__ == "__main__":
    asyncio.run(load(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
