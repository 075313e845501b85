"""Does the practice's own wording lie where it is found?"""

from pathlib import Path

from bot.checks.line import Lines, ok, warning
from bot.checks.surroundings import Surroundings
from bot.rendering import messages


async def wording(around: Surroundings) -> Lines:
    """Every file of the folder that is laid over ours must have one of ours below it."""
    folder = around.settings.templates_dir
    if folder is None:
        return
    known = set(messages())
    stray = sorted(path for path in _messages_in(folder) if path not in known)
    for name in stray[:10]:
        yield warning("wording", f"{name} is no message of ours, so nobody reads it.", "See its name and folder.")
    if not stray:
        yield ok("wording", "Every message laid over ours is one of ours.")


def _messages_in(folder: Path) -> set[str]:
    texts = (path.relative_to(folder / "messages") for path in (folder / "messages").glob("*/*/*.*") if path.is_file())
    return {f"{path.parts[1]}/{path.name.partition('.')[0]}" for path in texts}
