"""Checks of the practices: their files, and whether their texts stay within one segment."""

from sqlalchemy.exc import SQLAlchemyError

from bot.checks.line import Lines, ok, warning
from bot.checks.surroundings import Surroundings
from bot.practice_file.reading import ONE_SEGMENT_NAME, warnings_about
from bot.store.engine import missing_file, reader
from bot.store.practices import Practices

ONE_SEGMENT_HOST = 28


async def practices(around: Surroundings) -> Lines:
    """Are there any, and is there something to say about their files?"""
    if missing_file(around.engine):
        return
    try:
        with reader(around.engine).connect() as conn:
            around.practices = tuple(practice.file for practice in Practices().all(conn))
    except SQLAlchemyError:
        return
    if not around.practices:
        yield warning("practices", "There is none.", "Add one: paybot practice apply FILE.toml.")
    for practice in around.practices:
        found = [one for one in warnings_about(practice) if not one.startswith("text_name")]
        for one in found:
            yield warning(f"practice {practice.slug}", f"{one}.", "Change the file and apply it again.")
        if not found:
            yield ok(f"practice {practice.slug}", "Its file is complete.")


async def text_lengths(around: Surroundings) -> Lines:
    """Longer names and addresses than these cost a second segment."""
    host = around.settings.host
    if len(host) > ONE_SEGMENT_HOST:
        yield warning(
            "text lengths",
            f"The public address has {len(host)} characters.",
            f"With more than {ONE_SEGMENT_HOST}, texts with a link may take two segments: use a shorter one.",
        )
    for practice in around.practices:
        if len(practice.text_name) > ONE_SEGMENT_NAME:
            yield warning(
                "text lengths",
                f"text_name of {practice.slug} has {len(practice.text_name)} characters.",
                f"With more than {ONE_SEGMENT_NAME}, notices may take two segments: shorten it.",
            )
            break
    else:
        if len(host) <= ONE_SEGMENT_HOST:
            yield ok("text lengths", "Every text of ours stays within one segment.")
