"""How long `paybot serve` takes until it is ready on embedded defaults, and what it holds when idle.

    python -m benchmarks.start_up [--times 5]

The floor is a bare aiohttp server started in the same way, in the same run.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

PORT = 9331


def start(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Seconds until it answers, and MB resident two seconds later."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=1)
                break
            except OSError as error:
                if getattr(error, "code", 0) == 404:
                    break
                time.sleep(0.01)
                if time.perf_counter() - began > 30:
                    raise
        took = time.perf_counter() - began
        time.sleep(2)
        status = Path(f"/proc/{process.pid}/status").read_text()
        return took, int(status.split("VmRSS:")[1].split()[0]) / 1024
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    """Measure both and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    commands = {
        "bare aiohttp": [sys.executable, "-m", "benchmarks.floor", str(PORT)],
        "paybot serve": [sys.executable, "-m", "bot", "serve"],
    }
    for name, command in commands.items():
        took, memory = [], []
        for _ in range(times):
            with tempfile.TemporaryDirectory() as folder:
                env = {
                    "PAYBOT_DATA_DIR": folder,
                    "PAYBOT_LISTEN": f"127.0.0.1:{PORT}",
                    "PAYBOT_PUBLIC_URL": f"http://127.0.0.1:{PORT}",
                    "PAYBOT_MAIL_LISTEN": "",
                }
                seconds, held = start(command, env)
                took.append(seconds)
                memory.append(held)
        print(f"{name}: ready after {statistics.median(took):.2f} s, {statistics.median(memory):.0f} MB idle")


if __name__ == "__main__":
    main()
