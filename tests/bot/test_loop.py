"""The event loop of a server: the quicker one where it is installed, and Python's own without it."""

import asyncio
import sys

import pytest
import uvloop

from bot.loop import run


async def _mine() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def test_uvloop_where_it_is_installed() -> None:
    assert isinstance(run(_mine()), uvloop.Loop)


def test_pythons_own_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert isinstance(run(_mine()), asyncio.SelectorEventLoop)


def test_a_loop_is_closed_when_its_work_is_done() -> None:
    assert run(_mine()).is_closed()


@pytest.mark.parametrize("own", [True, False])
def test_what_goes_wrong_comes_out(monkeypatch: pytest.MonkeyPatch, *, own: bool) -> None:
    async def fail() -> None:
        raise LookupError("here")

    if own:
        monkeypatch.setitem(sys.modules, "uvloop", None)
    with pytest.raises(LookupError, match="here"):
        run(fail())
