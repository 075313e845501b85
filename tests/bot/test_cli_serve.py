"""`paybot serve` as a process: it starts, refuses a second one and a busy port, and goes quietly."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

import conversations
from bot import app, sample
from bot.settings import load_settings
from tests.servers.ports import free_port

PAYBOT = [sys.executable, "-m", "bot"]


def environment(folder: Path, port: int) -> dict[str, str]:
    ours = {
        "PAYBOT_DATA_DIR": str(folder / "data"),
        "PAYBOT_LISTEN": f"127.0.0.1:{port}",
        "PAYBOT_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PAYBOT_MAIL_LISTEN": "",
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("PAYBOT_")} | ours


def paybot(folder: Path, port: int, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [*PAYBOT, *arguments]
    env = environment(folder, port) | more
    return subprocess.run(command, check=False, capture_output=True, text=True, env=env, cwd=folder, timeout=30)


@contextmanager
def serving(folder: Path, port: int, **more: str) -> Iterator[subprocess.Popen[str]]:
    env = environment(folder, port) | more
    process = subprocess.Popen([*PAYBOT, "serve"], env=env, cwd=folder, stderr=subprocess.PIPE, text=True)
    try:
        wait_until_ready(port)
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until_ready(port: int, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            # Polling another process: there is no event to wait for.
            time.sleep(0.02)
    raise AssertionError("the server did not become ready")


def test_other_commands_work_beside_it_and_a_second_server_does_not(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port) as server:
        assert paybot(tmp_path, port, "practice", "apply", str(sample.PRACTICE)).returncode == 0
        for kind, path in sample.FILES:
            assert paybot(tmp_path, port, "import", kind, str(path)).returncode == 0
        link = paybot(tmp_path, port, "link", "P100")
        with urlopen(link.stdout.strip(), timeout=5) as page:
            assert page.status == 200
        second = paybot(tmp_path, free_port(), "serve")
        assert second.returncode == 1
        assert "already runs" in second.stderr
        assert "Traceback" not in second.stderr
        server.send_signal(signal.SIGINT)
        _, err = server.communicate(timeout=20)
        assert server.returncode == 0
        assert "Traceback" not in err


def test_a_broken_wording_is_told_by_file_and_line_and_stops_nobody(tmp_path: Path) -> None:
    words = tmp_path / "words" / "messages" / "en" / "balance" / "total.sms.txt"
    words.parent.mkdir(parents=True)
    words.write_text("You owe\n{{ owed_cent | money }}", "utf-8")
    with serving(tmp_path, free_port(), PAYBOT_TEMPLATES_DIR=str(tmp_path / "words")) as server:
        server.send_signal(signal.SIGINT)
        _, err = server.communicate(timeout=20)
    assert "PAYBOT_TEMPLATES_DIR: messages/en/balance/total.sms.txt line 2 asks for owed_cent" in err
    assert "our own words are used" in err


def test_a_practice_whose_own_account_has_no_token_is_told_and_stops_nobody(tmp_path: Path) -> None:
    account, token = "AC" + "5" * 32, "token-of-the-subaccount"
    (tmp_path / "secrets").mkdir()
    twilio = {"PAYBOT_SMS": "twilio", "PAYBOT_TWILIO_ACCOUNT_SID": "AC1", "PAYBOT_TWILIO_AUTH_TOKEN": "t"}
    env = {**twilio, "PAYBOT_SECRETS_DIR": str(tmp_path / "secrets")}
    file = tmp_path / "own.toml"
    file.write_text(f'twilio_account_sid = "{account}"\n{sample.PRACTICE.read_text("utf-8")}', "utf-8")
    missing = f"PAYBOT_TWILIO_AUTH_TOKEN_{account} of the secrets folder (PAYBOT_SECRETS_DIR)"
    applied = paybot(tmp_path, free_port(), "practice", "apply", str(file), **env)
    assert (applied.returncode, missing in applied.stderr) == (0, True)
    with serving(tmp_path, free_port(), **env) as server:
        server.send_signal(signal.SIGINT)
        _, err = server.communicate(timeout=20)
    assert "Warning: harbor: The token of its own Twilio account is missing" in err
    assert missing in err
    (tmp_path / "secrets" / f"PAYBOT_TWILIO_AUTH_TOKEN_{account}").write_text(token)
    applied = paybot(tmp_path, free_port(), "practice", "apply", str(file), **env)
    assert (applied.returncode, missing in applied.stderr) == (0, False)
    assert token not in applied.stderr


def test_a_busy_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        ended = paybot(tmp_path, busy.getsockname()[1], "serve")
    assert ended.returncode == 1
    assert "PAYBOT_LISTEN" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_busy_port_for_mail_is_told_by_its_own_setting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        ended = paybot(tmp_path, free_port(), "serve", PAYBOT_MAIL_LISTEN=f"127.0.0.1:{busy.getsockname()[1]}")
    assert ended.returncode == 1
    assert "PAYBOT_MAIL_LISTEN" in ended.stderr


def test_a_host_that_nobody_knows_is_told_by_its_setting(tmp_path: Path) -> None:
    ended = paybot(tmp_path, free_port(), "serve", PAYBOT_MAIL_LISTEN="no-such-host.invalid:2525")
    assert ended.returncode == 1
    assert "knows no such host: PAYBOT_MAIL_LISTEN (no-such-host.invalid:2525)" in ended.stderr


@pytest.mark.parametrize("command", [("serve",), ("migrate",), ("practice", "apply", str(sample.PRACTICE))])
def test_a_data_folder_that_cannot_be_is_told_by_its_setting(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "taken").touch()
    for folder, reason in (("taken", "it is no folder"), ("taken/below", "not a directory")):
        ended = paybot(tmp_path, free_port(), *command, PAYBOT_DATA_DIR=str(tmp_path / folder))
        assert ended.returncode == 1
        assert f"PAYBOT_DATA_DIR, {tmp_path / folder}, cannot be used: {reason}." in ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_database_at_another_version_is_refused_with_the_command_to_run(tmp_path: Path) -> None:
    at_version(tmp_path, "0000")
    for command in (("serve",), ("practice", "list")):
        ended = paybot(tmp_path, free_port(), *command)
        assert ended.returncode == 1
        assert "paybot migrate" in ended.stderr


def test_a_database_of_a_newer_program_is_not_migrated(tmp_path: Path) -> None:
    at_version(tmp_path, "9999")
    ended = paybot(tmp_path, free_port(), "migrate")
    assert ended.returncode == 1
    assert "newer program" in ended.stderr


def at_version(folder: Path, version: str) -> None:
    assert paybot(folder, 1, "migrate").returncode == 0
    with closing(sqlite3.connect(folder / "data" / "paybot.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (version,))


def test_a_flow_with_a_fault_stops_the_start_by_name(tmp_path: Path) -> None:
    flows = tmp_path / "conversations"
    shutil.copytree(Path(conversations.__file__).parent, flows)
    words = 'en=("balance",), es=("parqueo",)'
    (flows / "flows" / "parking.py").write_text(
        "from conversations.machine import ANY, END, Flow, Keyword, Row\n"
        f'flow = Flow("parking", None, (Row("asked", ANY, END),), (Keyword("asked", {words}),))\n'
    )
    for command in (("serve",), ("demo", "--once", "--port", "0"), ("chat",)):
        ended = subprocess.run(
            [*PAYBOT, *command],
            check=False, capture_output=True, text=True, timeout=30, cwd=tmp_path, stdin=subprocess.DEVNULL,
            env=environment(tmp_path, free_port()) | {"PYTHONPATH": str(tmp_path)},
        )  # fmt: skip
        assert ended.returncode == 1, command
        assert "phrase 'balance' is owned by both balance.asked and parking.asked" in ended.stderr
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "source, fault",
    [
        ("flow = Flow(\n", "'(' was never closed"),
        ("from conversations.machine import Keywrd\n", "cannot import name 'Keywrd'"),
        ("flow = Flow()\n", "name 'Flow' is not defined"),
    ],
)
def test_a_flow_that_cannot_be_read_is_told_by_file_and_line(tmp_path: Path, source: str, fault: str) -> None:
    flows = tmp_path / "conversations"
    shutil.copytree(Path(conversations.__file__).parent, flows)
    (flows / "flows" / "parking.py").write_text(source)
    ended = paybot(tmp_path, free_port(), "serve", PYTHONPATH=str(tmp_path))
    assert ended.returncode == 1
    assert f"a flow has a fault: {fault}" in ended.stderr
    assert f"{flows}/flows/parking.py line 1" in ended.stderr


def test_the_simulators_are_told_where_we_listen() -> None:
    elsewhere = app.ready(load_settings({"PAYBOT_LISTEN": "127.0.0.1:8099"}, env_file=None), app.ALL)
    assert "Phones http://127.0.0.1:8099/simulator/phone" in elsewhere
    assert "Console http://127.0.0.1:8099/console" in elsewhere
    assert "set PAYBOT_PUBLIC_URL=http://127.0.0.1:8099" in elsewhere
    assert "Warning" not in app.ready(load_settings({}, env_file=None), app.ALL)


def test_stripe_serves_and_misspelt_names_are_told(tmp_path: Path) -> None:
    keys = {"PAYBOT_CHECKOUT": "stripe", "PAYBOT_STRIPE_API_KEY": "sk_test_x", "PAYBOT_STRIPE_WEBHOOK_SECRET": "s"}
    port = free_port()
    env = environment(tmp_path, port) | keys | {"PAYBOT_LSTEN": "1"}
    with subprocess.Popen([*PAYBOT, "serve"], stderr=subprocess.PIPE, text=True, env=env) as server:
        assert server.stderr
        said = []
        for line in server.stderr:
            said.append(line)
            if str(port) in line:
                break
        server.terminate()
        said += list(server.stderr)
    assert server.returncode == 0
    assert "did you mean PAYBOT_LISTEN?" in "".join(said)
    assert "sk_test_x" not in "".join(said)
