"""The switch that rewrites the scripts."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-scripts", action="store_true", help="write what the core does into the scripts")
