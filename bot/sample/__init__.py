"""A small made-up practice, so that everything can be tried at once. Nobody in it exists; its numbers ring nowhere."""

from pathlib import Path

from sqlalchemy import Engine, select

from bot.clock import Clock
from bot.imports import Into, import_file
from bot.practice_file import load_toml
from bot.practices import apply
from bot.store.tables import practices

FOLDER = Path(__file__).parent
PRACTICE = FOLDER / "harbor.toml"
FILES = (
    ("patients", FOLDER / "patients.csv"),
    ("charges", FOLDER / "charges.csv"),
    ("payments", FOLDER / "payments.csv"),
)


def furnish(engine: Engine, clock: Clock) -> None:
    """The practice, its patients, their charges and what they paid, taken in as an operator would."""
    practice = load_toml(PRACTICE)
    with engine.begin() as conn:
        apply(conn, practice, clock())
        practice_id = conn.scalars(select(practices.c.id).where(practices.c.slug == practice.slug)).one()
    for kind, path in FILES:
        import_file(Into(engine, practice_id, clock()), kind, path)
