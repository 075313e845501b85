"""What every test may ask for: real servers, fresh databases, and a watch on sockets and logs."""

import os

from hypothesis import settings

from tests.servers.folders import in_memory

pytest_plugins = (
    "tests.fixtures.databases",
    "tests.fixtures.logs",
    "tests.fixtures.sockets",
    "tests.fixtures.tasks",
    "tests.fixtures.engines",
)

settings.register_profile("dev", deadline=None, print_blob=True)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

if quick := in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", quick)  # pytest's own word for where `tmp_path` begins
