"""One module per flow, found by scanning: adding a keyword is adding a module, its templates and its scripts.

Where a flow listens for many words they may stand beside it, in `<flow>_words`.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from conversations.machine import Flow


def _scan() -> Mapping[str, Flow]:
    found: dict[str, Flow] = {}
    for module in iter_modules(__path__):
        if module.name.endswith("_words"):  # what a flow listens for, kept beside it
            continue
        flow = import_module(f"{__name__}.{module.name}").flow
        if flow.name in found or flow.name != module.name:
            raise ValueError(f"flow {flow.name!r} must be named like its module, once")
        found[flow.name] = flow
    return MappingProxyType(found)


FLOWS = _scan()
