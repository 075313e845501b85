"""Adding a practice and changing it: the file is kept whole, and its numbers become the numbers we answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, select, update

from bot.practice_file import PracticeFile, from_json, print_diff, to_json
from bot.store.tables import audit, conversations, outbox, practices, sending_numbers


class NumberTakenError(ValueError):
    """A number to text from already belongs to another practice."""

    def __init__(self, number: str, slug: str) -> None:
        super().__init__(f"text_numbers: {number} already belongs to the practice {slug}; a number has one practice")


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a practice file did."""

    new: bool
    changes: tuple[str, ...]


def apply(conn: Connection, file: PracticeFile, now: datetime, who: str = "cli") -> Applied:
    """Make the practice as its file says. Applying the same file again changes nothing."""
    row = conn.execute(select(practices.c.id, practices.c.file).where(practices.c.slug == file.slug)).one_or_none()
    before = from_json(row.file) if row else None
    _refuse_taken(conn, row.id if row else None, file)
    if before == file:
        return Applied(new=False, changes=())
    practice_id = _keep(conn, row.id if row else None, file, now)
    _own_numbers(conn, practice_id, file)
    changes = tuple(print_diff(before, file))
    changed = sorted({change.partition(":")[0] for change in changes}) if before else ["new"]
    conn.execute(
        insert(audit).values(
            practice_id=practice_id, at=now, who=who, what="practice_applied", details={"keys": changed}
        )
    )
    return Applied(new=before is None, changes=changes)


def _refuse_taken(conn: Connection, practice_id: int | None, file: PracticeFile) -> None:
    owned = (
        select(sending_numbers.c.number, sending_numbers.c.practice_id, practices.c.slug)
        .join(practices, practices.c.id == sending_numbers.c.practice_id)
        .where(sending_numbers.c.number.in_(file.senders))
    )
    for row in conn.execute(owned):
        if row.practice_id != practice_id:
            raise NumberTakenError(row.number, row.slug)


def _keep(conn: Connection, practice_id: int | None, file: PracticeFile, now: datetime) -> int:
    if practice_id is None:
        made: int = conn.execute(
            insert(practices).values(slug=file.slug, file=to_json(file), updated_at=now).returning(practices.c.id)
        ).scalar_one()
        return made
    newer = {"file": to_json(file), "updated_at": now, "version": practices.c.version + 1}
    conn.execute(update(practices).where(practices.c.id == practice_id).values(newer))
    return practice_id


def _own_numbers(conn: Connection, practice_id: int, file: PracticeFile) -> None:
    """A number that is dropped from the file stays ours while talks go on over it."""
    mine = sending_numbers.c.practice_id == practice_id
    known = set(conn.scalars(select(sending_numbers.c.number).where(mine)))
    fresh = [{"practice_id": practice_id, "number": number} for number in file.senders if number not in known]
    if fresh:
        conn.execute(insert(sending_numbers), fresh)
    used = exists().where(conversations.c.number_id == sending_numbers.c.id)
    queued = exists().where(outbox.c.number_id == sending_numbers.c.id)
    conn.execute(delete(sending_numbers).where(mine, sending_numbers.c.number.not_in(file.senders), ~used, ~queued))
