"""Twilio's published API description, served by Prism: it refuses what Twilio's description does not allow."""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.servers.ports import free_port

INSTALLED = Path(__file__).parent.parent.parent / ".cache" / "contract" / "node_modules"
DESCRIPTION = INSTALLED / "@twilio-alpha" / "mcp" / "twilio-oai" / "spec" / "json" / "twilio_api_v2010.json"
PRISM = INSTALLED / ".bin" / "prism"
PATIENCE_S = 45


@pytest.fixture(scope="session")
async def twilio_description(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of a server that answers as Twilio's description says."""
    if not DESCRIPTION.exists() or shutil.which("node") is None:
        raise RuntimeError("Prism is not installed: run `make test-contract`")
    port = free_port()
    log = tmp_path_factory.mktemp("prism") / "log"
    with log.open("wb") as output:
        server = await asyncio.create_subprocess_exec(
            PRISM, "mock", "--host", "127.0.0.1", "--port", str(port), DESCRIPTION,
            stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output, env={"PATH": os.environ["PATH"]},
        )  # fmt: skip
        try:
            await _ready(server, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            if server.returncode is None:
                server.terminate()
            await server.wait()


async def _ready(server: asyncio.subprocess.Process, port: int, log: Path) -> None:
    """Prism says nothing when it can be reached, so we knock."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and server.returncode is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            await writer.wait_closed()
            return
    raise RuntimeError(f"Prism did not start:\n{log.read_text(errors='replace')}")
