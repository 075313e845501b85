"""The drawings of the flows follow their tables."""

from pathlib import Path

import pytest

from bot.diagrams import main, pages
from conversations.flows import FLOWS


def test_every_flow_has_a_page_and_every_row_a_line() -> None:
    drawn = pages()
    for flow in FLOWS.values():
        rows = [
            line for line in drawn[f"{flow.name}.md"].splitlines() if line[:3] in ("| 0", "| 1") or line[2:3].isdigit()
        ]
        assert len(rows) == len(flow.rows)
        assert f"({flow.name}.md)" in drawn["README.md"]


def test_stale_pages_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 0
    assert main([str(tmp_path), "--check"]) == 0
    (tmp_path / "idle.md").write_text("old")
    (tmp_path / "gone.md").write_text("a flow that is no more")
    assert main([str(tmp_path), "--check"]) == 1
    assert "gone.md, idle.md" in capsys.readouterr().err
    assert main([str(tmp_path)]) == 0
    assert not (tmp_path / "gone.md").exists()
