"""`paybot demo`: the main job, played over the real road on a made-up practice, and then left running to be tried."""

import asyncio
import logging
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bot import loop
from bot.demo.scenes import MAIN_JOB, SCENES
from bot.demo.stage import DemoFailedError, Stage, opened
from bot.demo.story import StoryClock
from bot.demo.telling import Teller

KIM = "kim@harbor.example"

__all__ = ["MAIN_JOB", "SCENES", "DemoFailedError", "run_demo"]


def run_demo(scenes: Sequence[str], *, once: bool = False, port: int = 8080, data: Path | None = None) -> None:
    """Play these scenes. Raises DemoFailedError at the first step that comes out otherwise than expected."""
    # The talk is what people came to see; the server's own log would run through it.
    logging.getLogger().setLevel(logging.CRITICAL)
    with ExitStack() as opened_here:
        folder = data or Path(opened_here.enter_context(tempfile.TemporaryDirectory(prefix="paybot-demo-")))
        if data and any(data.glob("*.db")):
            raise DemoFailedError(f"{data} holds a database already. Name an empty folder, or leave --data out.")
        try:
            loop.run(_play(scenes, Teller(paced=not once), once=once, port=port, folder=folder))
        except KeyboardInterrupt:
            if once:
                raise


async def _play(scenes: Sequence[str], teller: Teller, *, once: bool, port: int, folder: Path) -> None:
    clock = StoryClock()
    async with opened(folder, port, clock) as stage:
        teller.note(f"The clock of this demo says {clock.words()}: within the hours in which a practice may write.")
        for scene in scenes:
            teller.title(SCENES[scene].title)
            await SCENES[scene].play(stage, teller)
        password = await stage.hire(KIM)
        teller.title("Every step came out as expected.")
        if not once:
            _say_where(stage, teller, password, await stage.api_key())
            await asyncio.Event().wait()


def _say_where(stage: Stage, teller: Teller, password: str, api_key: str) -> None:
    teller.note("The server stays up. Be a patient yourself:")
    teller.note(f"  the phones   {stage.url}/simulator/phone")
    teller.note(f"  the mailbox  {stage.url}/simulator/mailbox")
    teller.note(f"  a pay page   {stage.page or stage.url + '/pay'}")
    teller.note("Or be Kim from billing, who reads and answers them:")
    teller.note(f"  the console  {stage.url}/console   {KIM}   password {password}")
    teller.note("Or be a program of the practice:")
    teller.note(f"  the API      {stage.url}/api/v1/openapi.json   key {api_key}")
    teller.note("Ctrl-C ends it.")
