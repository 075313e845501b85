"""`paybot`: the command. It turns every ending into an exit status and a plain sentence."""

import os
import sys
from collections.abc import Sequence

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it worked, 1 when it failed, 2 when it was used wrongly."""
    try:
        from bot.cli import run

        status = run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)  # noqa: T201 - this is the command's own voice
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has gone (`paybot practice show x | head -1`). Python flushes once more at exit: into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
