"""How often codes are sent and tried, and what the last one was."""

from datetime import timedelta

from conversations.turn import Turn

GAP = timedelta(seconds=30)
SOME_TIME = timedelta(minutes=10)
SENDS_IN_SOME_TIME = 3
SENDS_A_DAY = 5
TRIES_A_CODE = 5
TRIES_A_DAY = 10


def blocked(turn: Turn) -> bool:
    """Too many wrong tries: wait, or talk to a person."""
    until = turn.facts.codes.blocked_until
    return (until is not None and until > turn.now) or turn.facts.codes.wrong_today >= TRIES_A_DAY


def spent(turn: Turn) -> bool:
    """As many codes as anybody should need."""
    sends = turn.facts.codes.sent_at
    lately = [at for at in sends if turn.now - at < SOME_TIME]
    return len(lately) >= SENDS_IN_SOME_TIME or len(sends) >= SENDS_A_DAY


def too_soon(turn: Turn) -> bool:
    """The last code was ordered a moment ago; the next one has to wait."""
    sends = turn.facts.codes.sent_at
    return bool(sends) and turn.now - sends[0] < GAP


def tries_left_after(turn: Turn) -> int:
    """How many tries remain once this one has been counted."""
    codes = turn.facts.codes
    tried = codes.open.wrong_tries if codes.open else 0
    return min(TRIES_A_CODE - tried, TRIES_A_DAY - codes.wrong_today) - 1


def last_try(turn: Turn) -> bool:
    """This wrong one ends it."""
    return tries_left_after(turn) <= 0


def sent_just_now(turn: Turn) -> bool:
    """There is an open code for the same people, seconds old: it is asked for again, not sent again."""
    code = turn.facts.codes.open
    return too_soon(turn) and code is not None and set(turn.chosen_ids) <= set(code.person_ids)


def just_now_here(turn: Turn) -> bool:
    code = turn.facts.codes.open
    return sent_just_now(turn) and code is not None and (code.way, code.typed) == (turn.facts.channel, "thread")


def just_now_page(turn: Turn) -> bool:
    code = turn.facts.codes.open
    return sent_just_now(turn) and code is not None and code.typed == "page"


def for_page(turn: Turn) -> bool:
    """The code is right, but it was made for our page, where it proves more."""
    code = turn.facts.codes.open
    return code is not None and code.typed == "page"


def newer_on_its_way(turn: Turn) -> bool:
    code = turn.facts.codes.open
    return code is None or code.sent_at is None
