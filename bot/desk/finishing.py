"""A task is done: with a billing review's, the review is closed; with that of a pause, texts may leave again."""

from datetime import datetime

from sqlalchemy import Connection

from bot.store import pauses, reviews, tasks


def finish(conn: Connection, practice_id: int, task_id: int, who: str, now: datetime) -> bool:
    """Done, once. False: the practice has no such task that is still open."""
    if not tasks.finish(conn, practice_id, task_id, who, now):
        return False
    reviews.close_for(conn, task_id, now)
    pauses.lift_for(conn, task_id, now)
    return True
