"""Reads the labelled corpora beside this file."""

from pathlib import Path

_HERE = Path(__file__).parent


def labelled(name: str, default: str = "") -> list[tuple[str, str]]:
    """(label, text) of each line; comments and blank lines left out."""
    pairs = []
    for line in (_HERE / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            label, bar, text = line.partition(" | ")
            pairs.append((label, text) if bar else (default, line))
    return pairs
