"""Logs are set up without what only a terminal needs."""

import subprocess
import sys


def test_a_server_does_not_load_what_draws_on_terminals() -> None:
    script = (
        "import sys, bot.app, bot.worker, bot.smtp; print('rich' in sys.modules); import rich; print(rich.__name__)"
    )
    printed = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert printed.split() == ["False", "rich"]
