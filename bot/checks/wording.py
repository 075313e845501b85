"""Can the practice's own wording be used, and does it lie where it is found?"""

from itertools import islice

from bot.checks.line import Lines, failure, ok, warning
from bot.checks.surroundings import Surroundings

MOST = 20


async def wording(around: Surroundings) -> Lines:
    """Every file of the folder that is laid over ours: one that is broken is passed over, and ours is said."""
    folder = around.settings.templates_dir
    if folder is None:
        return
    from bot.rendering.laid_over import faults

    found = list(islice(faults(folder), MOST + 1))
    for fault in found[:MOST]:
        yield (failure if fault.broken else warning)("wording", fault.sentence, fault.way_out)
    if len(found) > MOST:
        yield warning("wording", f"There are more than these {MOST} faults.", "Mend these, then check again.")
    if not found:
        yield ok("wording", "Every file laid over ours can be used.")
