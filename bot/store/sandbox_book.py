"""What the sandbox processor remembers: on its own side, in its own transactions, as a real one would."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.store.dialects import insert_new
from bot.store.money_tables import sandbox_book
from bot.store.writer import Reader, Writer

_B = sandbox_book.c
_NEW = insert_new(sandbox_book, _B.processor_id)

Told = dict[str, Any]


class SandboxBook:
    """The rows, each changed by one transaction at a time."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer, self._reader = writer, reader

    async def find(self, processor_id: str) -> Told | None:
        """What is remembered under that id."""
        asked = select(_B.told).where(_B.processor_id == processor_id)
        found: Told | None = await self._reader.run(lambda conn: conn.scalar(asked))
        return found

    async def write(self, processor_id: str, kind: str, told: Mapping[str, Any], at: datetime) -> Told:
        """Remember it; what was remembered before stays, and is the answer."""

        def put(conn: Connection) -> Told:
            row = {"processor_id": processor_id, "kind": kind, "told": dict(told), "at": at}
            conn.execute(_NEW[conn.dialect.name], row)
            found: Told = conn.execute(select(_B.told).where(_B.processor_id == processor_id)).scalar_one()
            return found

        return await self._writer.run(put)

    async def change(self, processor_id: str, change: Callable[[Told], Told]) -> Told | None:
        """Remember what `change` makes of it; None when there is nothing to change."""

        def rewrite(conn: Connection) -> Told | None:
            mine = _B.processor_id == processor_id
            found: Told | None = conn.scalar(select(_B.told).where(mine).with_for_update())
            if found is None:
                return None
            told = change(dict(found))
            conn.execute(update(sandbox_book).where(mine).values(told=told))
            return told

        return await self._writer.run(rewrite)

    async def since(self, moment: datetime) -> list[tuple[str, str, Told]]:
        """Id, kind and what is remembered of everything begun since then, oldest first."""
        asked = select(_B.processor_id, _B.kind, _B.told).where(_B.at >= moment).order_by(_B.at, _B.processor_id)
        return await self._reader.run(lambda conn: [(row[0], row[1], row[2]) for row in conn.execute(asked)])
