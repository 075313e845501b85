"""Files that are no CSV, or want to be something worse: one clear answer each, and never a traceback."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.imports.reading import LONGEST_LINE, Columns, read_rows
from bot.imports.report import MOST_KEPT, Problems

COLUMNS = Columns(("patient_id", "first_name"), ("phone", "zip"))


def read(path: Path, raw: str | bytes) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    problems = Problems()
    rows = [(row.line, row.cells) for row in read_rows(path, COLUMNS, problems)]
    return rows, [str(problem) for problem in problems.errors]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def test_columns_in_any_order_with_a_byte_order_mark(path: Path) -> None:
    rows, errors = read(
        path, b"\xef\xbb\xbffirst_name , patient_id\r\nAna, P1 \r\n\r\n,,\r\nBen,P2".replace(b",,", b",")
    )
    assert rows == [(2, {"patient_id": "P1", "first_name": "Ana"}), (5, {"patient_id": "P2", "first_name": "Ben"})]
    assert errors == []


def test_a_quoted_cell_may_hold_commas_and_lines_and_lines_still_count(path: Path) -> None:
    rows, errors = read(path, 'patient_id,first_name\nP1,"Ana, the\nsecond"\nP2,"say ""hi"""\n')
    assert rows == [
        (2, {"patient_id": "P1", "first_name": "Ana, the\nsecond"}),
        (4, {"patient_id": "P2", "first_name": 'say "hi"'}),
    ]
    assert errors == []


@pytest.mark.parametrize(
    "raw, error",
    [
        ("", "line 1: must name the columns"),
        ("\n\n", "line 1: must name the columns"),
        ("patient_id,first_name,colour\n", "line 1: colour: is not a column of this file; the columns are"),
        ("patient_id,first_name,phnoe\n", "line 1: phnoe: is not a column of this file; did you mean phone?"),
        ("patient_id,first_name,\n", "line 1: (a column without a name): is not a column"),
        ("patient_id,first_name,patient_id\n", "line 1: patient_id: is there twice"),
        ("patient_id\n", "line 1: first_name: is missing"),
        ("patient_id;first_name\nP1;Ana\n", "line 1: separates its cells by semicolons; save the file with commas"),
        ("patient_id\tfirst_name\nP1\tAna\n", "line 1: separates its cells by tabs"),
        ("sep=;\npatient_id;first_name\n", "line 1: separates its cells by a mark that its first line names"),
        ("patient_id,first_name\nP1\n", "line 2: has 1 cells, the header has 2"),
        ("patient_id,first_name\nP1,Ana,x\n", "line 2: has 3 cells, the header has 2"),
        ('patient_id,first_name\nP1,"Ana\n', "line 2: a quote is opened and never closed"),
        ('patient_id,first_name\nP1,"A"na\n', "line 2: a quote inside a cell must be written twice"),
        (b"patient_id,first_name\nP1,A\xf1a\n", "line 2: is not UTF-8 text at byte 5"),
        (b"patient_id,first_name\nP1,A\0na\n", "line 2: holds a NUL byte"),
        ("patient_id,first_name\n".encode("utf-16"), "line 1: is not CSV in UTF-8"),
        (b"PK\x03\x04\x14\x00", "line 1: is not CSV in UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00", "line 1: is not UTF-8"),
        ("patient_id,first_name\nP1," + "x" * 10_001, "line 2: holds a cell longer than 10,000 characters"),
        ("patient_id,first_name\n" + "x" * (LONGEST_LINE + 1), "line 2: is longer than 200,000 bytes"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(path: Path, raw: str | bytes, error: str) -> None:
    _, errors = read(path, raw)
    assert errors
    assert errors[0].startswith(error)


def test_a_line_without_end_is_never_held_in_memory(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"patient_id,first_name\nP1,")
        # A sparse gigabyte: reading it whole would show.
        file.truncate(1 << 30)
    problems = Problems()
    assert list(read_rows(path, COLUMNS, problems)) == []
    assert "longer than" in str(problems.errors[0])


def test_an_endless_list_of_errors_is_counted() -> None:
    problems = Problems()
    for line in range(MOST_KEPT + 5):
        problems.error(line, "", "x")
        problems.warn(line, "", "x")
    assert (len(problems.errors), problems.errors_beyond, problems.warnings_beyond) == (MOST_KEPT, 5, 5)


@given(st.lists(st.tuples(st.text(min_size=1, max_size=20), st.text(max_size=20)), max_size=5))
@settings(max_examples=60)
def test_cells_read_back_as_a_spreadsheet_wrote_them(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]
) -> None:
    usable = [(a, b) for a, b in cells if not {"\0"} & set(a + b) and (a + b).isprintable() and a.strip()]
    sheet = io.StringIO()
    csv.writer(sheet).writerows([("patient_id", "first_name"), *usable])
    rows, errors = read(tmp_path_factory.mktemp("sheet") / "file.csv", sheet.getvalue().encode("utf-8", "replace"))
    assert errors == []
    told = [(a.strip(), b.strip()) for a, b in usable]
    assert [(cells["patient_id"], cells.get("first_name", "")) for _, cells in rows] == told


@given(st.binary(max_size=200))
@settings(max_examples=150)
def test_no_bytes_make_it_stumble(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    read(tmp_path_factory.mktemp("bytes") / "file.csv", raw)
    read(tmp_path_factory.mktemp("bytes") / "file.csv", b"patient_id,first_name\n" + raw)
