"""The commands. Each is imported only when it is called, so that `paybot --help` answers at once."""

from collections.abc import Sequence

from cyclopts import App, CycloptsError

from bot.cli.outcome import FAILED, WORKED, WRONG_USAGE, CommandFailedError, WrongUsageError, say

HELP = """Patients understand and pay their medical bills by text message and email.

Begin with `paybot demo`. Every command explains itself: `paybot import --help`.
"""

COMMANDS = {
    "demo": ("bot.cli.showing:demo", "Play the whole dialogue on a sample practice, then stay up to be tried."),
    "chat": ("bot.cli.showing:chat", "Be a patient: their phone, in this terminal."),
    "serve": ("bot.cli.serving:serve", "Run the server."),
    "migrate": ("bot.cli.serving:migrate", "Bring the database to the current schema."),
    "practice": ("bot.cli.practice:app", "Add, change and show practices."),
    "staff": ("bot.cli.staff:app", "Let people of a practice into the console, and take them out again."),
    "apikey": ("bot.cli.apikey:app", "Add, list and revoke keys of the practice API."),
    "import": ("bot.cli.importing:app", "Take in patients, charges and payments, from CSV files or FHIR."),
    "notice": ("bot.cli.patients:notice", "Send one patient a balance notice now."),
    "link": ("bot.cli.patients:link", "Make a pay link to paste elsewhere."),
    "export": ("bot.cli.keeping:export", "Take out what the practice's other systems need."),
    "audit": ("bot.cli.keeping:audit", "Check the sealed record of who did and saw what."),
    "backup": ("bot.cli.keeping:backup", "Write a consistent copy of the database while the server runs."),
    "purge": ("bot.cli.keeping:purge", "Forget messages that are older than the practice keeps them."),
    "hold": ("bot.cli.keeping:hold", "Keep messages from being purged while a dispute needs them."),
    "check": ("bot.cli.checking:check", "Look whether everything that must work does."),
}
GROUPS = (["practice"], ["import"], ["staff"], ["apikey"], ["export"], ["audit"], ["hold"])


def _version() -> str:
    from importlib.metadata import version

    return f"paybot {version('paybot')}"


def make_app(chosen: str = "") -> App:
    """The command line, its commands not yet loaded."""
    app = App("paybot", help=HELP, version=_version, help_format="markdown", suppress_keyboard_interrupt=False)
    for name, (where, about) in COMMANDS.items():
        # The line of the list would take the place of what a chosen command says of itself.
        app.command(where, name=name, help=None if name == chosen else about)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command and say how it ended."""
    try:
        make_app(next(iter(arguments), ""))(
            list(arguments), exit_on_error=False, print_error=False, result_action="return_value"
        )
    except CycloptsError as error:
        say(f"{_sentence(error)}\nSee paybot{_command(arguments)} --help.")
        return WRONG_USAGE
    except WrongUsageError as error:
        say(str(error))
        return WRONG_USAGE
    except CommandFailedError as error:
        say(str(error))
        return FAILED
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else FAILED
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last place before the terminal
        from bot.cli.unexpected import explain

        say(explain(error))
        return FAILED
    return WORKED


def _sentence(error: CycloptsError) -> str:
    error.verbose = False
    words = " ".join(str(error).replace("Did you mean", " Did you mean").split())
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _command(arguments: Sequence[str]) -> str:
    names = [name for name in arguments[:2] if name.isalpha()] or [""]
    return "".join(f" {name}" for name in names[: 2 if names[:1] in GROUPS else 1] if names[0] in COMMANDS)
