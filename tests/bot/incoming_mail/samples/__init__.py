"""Mail as real programs write it. The first line of each file says what must be read in it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_BYTE = re.compile(rb"\\x([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail."""

    name: str
    expect: dict[str, Any]
    raw: bytes


def samples(kind: str) -> list[Sample]:
    """All of one folder."""
    return [_read(path) for path in sorted((HERE / kind).glob("*.eml"))]


def _read(path: Path) -> Sample:
    first, _, rest = path.read_bytes().partition(b"\n")
    if rest.startswith(b"#bytes\n"):
        rest = _BYTE.sub(lambda found: bytes([int(found[1], 16)]), rest.removeprefix(b"#bytes\n"))
    raw = rest.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return Sample(path.stem, json.loads(first.removeprefix(b"#expect ")), raw)
