"""The demo ends as it promises: 0 when every step came out as expected, a sentence and 1 otherwise."""

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.scenes import MAIN_JOB, SCENES
from bot.demo.story import StoryClock


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    # Its own settings only: what this machine has set must not reach it.
    environment = {**os.environ, "PAYBOT_ENVIRONMENT": "production", "PAYBOT_LISTEN": "nonsense"}
    command = [sys.executable, "-m", "bot", "demo", "--once", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=55, check=False)


@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene not in MAIN_JOB])
def test_every_other_scene_comes_out_as_expected(scene: str) -> None:
    played = demo("--scene", scene, "--port", "0")
    assert (played.returncode, played.stderr) == (0, "")
    assert "Every step came out as expected." in played.stdout


def test_the_main_job_is_played_scene_after_scene() -> None:
    played = demo("--port", "0")
    assert (played.returncode, played.stderr) == (0, "")
    assert "Every step came out as expected." in played.stdout
    assert all(SCENES[scene].title in played.stdout for scene in MAIN_JOB)


def test_make_hands_on_what_it_is_given() -> None:
    command = ["make", "--no-print-directory", "--dry-run", "demo", "ONCE=1", "SCENE=plan", "PORT=9000"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert printed.stdout.rstrip().endswith("demo --once --scene plan --port 9000")


def test_a_busy_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        played = demo("--port", str(busy.getsockname()[1]))
    assert played.returncode == 1
    assert "Choose another with --port" in played.stderr
    assert "Traceback" not in played.stderr


def test_it_writes_into_no_database_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "paybot.db").write_bytes(b"")
    played = demo("--port", "0", "--data", str(tmp_path))
    assert (played.returncode, "empty folder" in played.stderr) == (1, True)


def test_the_story_begins_on_a_wednesday_morning_whatever_the_hour() -> None:
    night = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    assert StoryClock(lambda: night).words() == "Wed 6 May 2026, 10:05 in Seattle"
