"""The same answer three times in ten minutes: a robot at the other end, or a person whom we do not help."""

from datetime import timedelta
from zlib import crc32

from conversations.effects import Kind, Say, Skip
from conversations.turn import Turn

TIMES = 3
WITHIN = timedelta(minutes=10)


def repeats(turn: Turn) -> bool:
    """Would this turn give its answer for the third time in a row? Counts it as given otherwise."""
    kept, said = turn.kept, []
    for e in turn.effects:
        if isinstance(e, Say):
            if e.kind is not Kind.REPLY:
                return False
            said.append(f"{e.message}:{crc32(repr(sorted(e.values.items())).encode()):x}")
    if not said:
        return False
    answer = "/".join(said)
    if answer != kept.last_answer or kept.same_since is None or turn.now - kept.same_since > WITHIN:
        kept.last_answer, kept.same_answers, kept.same_since = answer, 1, turn.now
        return False
    kept.same_answers += 1
    if kept.same_answers < TIMES or not all(isinstance(e, Say | Skip) for e in turn.effects):
        return False
    kept.last_answer, kept.same_answers, kept.same_since = "", 0, None
    return True
