"""All the numbers, one after the other: `make bench`."""

import subprocess
import sys
from pathlib import Path

ORDER = ("advance", "road", "outbox", "start_up", "mail", "settle", "inbound", "page")
AGAIN = (("settle", "--postgres"), ("inbound", "--postgres"))


def main() -> None:
    """Run each program in a process of its own, so that none warms up another."""
    here = Path(__file__).parent
    programs = [(name,) for name in ORDER if (here / f"{name}.py").exists()]
    for name, *options in (*programs, *AGAIN):
        print(f"\n== {name} {' '.join(options)}".rstrip(), flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *options], check=True)


if __name__ == "__main__":
    main()
