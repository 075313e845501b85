"""Every row of every flow is walked by some script, or the row is named here."""

from functools import cache

import pytest

from conversations.checks import sources
from conversations.flows import FLOWS
from conversations.machine import START, Flow
from tests.conversations.script import Script, every_script


@cache
def walked() -> frozenset[str]:
    rows: set[str] = set()
    for path in every_script():
        script = Script.read(path)
        script.play()
        rows |= script.walked
    return frozenset(rows)


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_every_row_is_walked(name: str) -> None:
    flow = FLOWS[name]
    missing = [flow.row_id(number) for number in range(len(flow.rows)) if flow.row_id(number) not in walked()]
    assert not missing, f"no script walks {', '.join(missing)}"


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_every_trigger_has_a_row_without_conditions(name: str) -> None:
    flow = FLOWS[name]
    every = (START, *(state.value for state in flow.states or ()))
    triggers = {row.trigger for row in flow.rows}
    open_ended = [f"{trigger} in {state}" for trigger in triggers for state in every if ends_open(flow, trigger, state)]
    assert not open_ended, f"{name}: the last row has conditions for {', '.join(open_ended)}"


def ends_open(flow: Flow, trigger: str, state: str) -> bool:
    rows = [row for row in flow.rows if row.trigger == trigger and state in sources(row.source, (START, state))]
    return bool(rows and rows[-1].when)
