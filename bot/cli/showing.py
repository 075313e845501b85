"""`paybot demo` and `paybot chat`: to see it and to try it."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from bot.cli.opening import sound_flows
from bot.cli.outcome import CommandFailedError, WrongUsageError, say

Flag = Parameter(negative="")


def demo(
    *,
    once: Annotated[bool, Flag] = False,
    scene: str | None = None,
    port: int = 8080,
    data: Path | None = None,
) -> None:
    """Play a whole dialogue on a sample practice over the real road, then stay up to be tried. Ctrl-C stops it.

    Example: `paybot demo --once`

    Parameters
    ----------
    once
        End after the dialogue: 0 if every step came out as expected, 1 with the first difference otherwise.
    scene
        Which dialogue to play: happy-path, plan, saved-card, family, spanish or stop. Without it the main job is
        played: from the notice to the receipt, then a saved card, then a plan.
    port
        Where the web pages are.
    data
        Keep the demo's data in this folder instead of a temporary one.
    """
    from bot.demo import MAIN_JOB, SCENES, DemoFailedError, run_demo

    if scene is not None and scene not in SCENES:
        raise WrongUsageError(f"There is no scene {scene}. There are: {', '.join(SCENES)}.")
    if not 0 <= port <= 65535:
        raise WrongUsageError("--port is a number from 0 to 65535.")
    sound_flows()
    try:
        run_demo((scene,) if scene else MAIN_JOB, once=once, port=port, data=data)
    except DemoFailedError as error:
        raise CommandFailedError(str(error)) from None


def chat(*, patient: str | None = None, language: Literal["en", "es"] | None = None) -> None:
    """Be a patient: their phone, in this terminal, on the same core. On leaving, the talk is printed as a test script.

    The script stands alone on stdout, so that `paybot chat > talk.txt` keeps it.

    Example: `paybot chat --patient P102 --language es`

    Parameters
    ----------
    patient
        Somebody of the sample practice, by id (P100 to P113), or ana, ben (with a running plan), maria, leo; nobody
        writes from a number that is in no file. Without it: ana.
    language
        The language they were last answered in. Without it: the one in their file.
    """
    sound_flows()
    from bot.chat import UnknownPatientError, run_chat

    try:
        run_chat(patient, language)
    except UnknownPatientError as error:
        raise WrongUsageError(str(error)) from None
    except KeyboardInterrupt:
        say("")
