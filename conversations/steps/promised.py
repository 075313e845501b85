"""Which sums a patient would pay on which days, from their own words, and what speaks against it."""

import re
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from conversations.facts import Promised
from conversations.hearing import Parts, Share, parts
from conversations.machine import Guard
from conversations.steps.ways_to_pay import PAYING
from conversations.turn import Turn

LONGEST = timedelta(days=60)
MOST_PARTS = 2
_FROM_NOW: Final = re.compile(
    r"\b(\w+) (days?|weeks?) from (?:now|today)\b|\b(?:de aqui|de hoy) (?:a|en) (\w+) (dias?|semanas?)\b", re.IGNORECASE
)
_NOW: Final = re.compile(r"\b(?:right now|now|ahorita|ahora)\b", re.IGNORECASE)

Part = tuple[date, int]


class Trouble(StrEnum):
    """Why words are no promise that we can keep."""

    NO_DAY = "no_day"
    UNCLEAR = "unclear"  # more days or sums than can be told apart
    TODAY = "today"  # that is paying now
    PAST = "past"
    TOO_FAR = "too_far"
    TOO_MUCH = "too_much"
    TOO_LITTLE = "too_little"
    PART_REFUSED = "part_refused"


UNFIT = (Trouble.PAST, Trouble.TOO_FAR)


def said(turn: Turn) -> Parts:
    """Days and sums in what they wrote."""
    wish = _FROM_NOW.sub(lambda found: f"in {found[1] or found[3]} {found[2] or found[4]}", turn.wish)
    return parts(_NOW.sub("today", wish), turn.today, bare_day=turn.heard_as == "promise.named")


def read(turn: Turn) -> tuple[Part, ...] | Trouble:
    """What they promise, soonest first; or what is wrong with it."""
    told = said(turn)
    days = tuple(dict.fromkeys(told.days)) or _day_of_offer(turn)
    if not days:
        return Trouble.NO_DAY
    if turn.today in days and len(told.sums) > len(days):
        return Trouble.UNCLEAR  # "50 now 50 later"
    if trouble := _about_days(turn, days):
        return trouble
    sums = _sums(turn, told, days)
    if sums is None:
        return Trouble.UNCLEAR
    if trouble := _about_sums(turn, sums):
        return trouble
    if len(days) == 1 and told.sums:
        return _beside_others(turn, days[0], sums[0])
    return tuple(sorted(zip(days, sums, strict=True)))


def _about_days(turn: Turn, days: tuple[date, ...]) -> Trouble | None:
    if len(days) > MOST_PARTS:
        return Trouble.UNCLEAR
    if turn.today in days:
        return Trouble.TODAY
    if min(days) < turn.today:
        return Trouble.PAST
    return Trouble.TOO_FAR if max(days) - turn.today > LONGEST else None


def _sums(turn: Turn, told: Parts, days: tuple[date, ...]) -> tuple[int, ...] | None:
    """As many sums as days, in cents. One day without a sum is a day for the whole, or for what was promised of it."""
    owed = turn.owed_cents
    if not told.sums:
        return (_due(turn),) if len(days) == 1 else None
    if len(told.sums) != len(days):
        return None
    halves = iter((owed // 2, owed - owed // 2))
    named = [next(halves) if one is Share.HALF else one for one in told.sums]
    rest = owed - sum(one for one in named if isinstance(one, int))
    return tuple(one if isinstance(one, int) else rest for one in named)


def due_today(turn: Turn) -> int | None:
    """The part that they would pay today; None: all of it."""
    told = said(turn)
    days = tuple(dict.fromkeys(told.days))
    sums = _sums(turn, told, days)
    if sums is None or turn.today not in days:
        return None
    part = sums[days.index(turn.today)]
    return part if 0 < part < turn.owed_cents else None


def part_named(turn: Turn) -> int | None:
    """A sum without a day, or half: so much of it; None where it is all, or not one sum."""
    told = said(turn).sums
    if len(told) != 1 or told[0] is Share.REST:
        return None
    part = -(-turn.owed_cents // 2) if told[0] is Share.HALF else int(told[0])
    return part if 0 < part < turn.owed_cents else None


def open_promises(turn: Turn) -> tuple[Promised, ...]:
    """What they have promised already, soonest first."""
    return next((p.promises for p in turn.chosen if p.promises), ())


def offered_parts(turn: Turn) -> tuple[Part, ...]:
    """What we have offered, and they have not agreed to yet."""
    kept = turn.recall("parts")
    listed = [one for one in kept if isinstance(one, list)] if isinstance(kept, list) else []
    return tuple((date.fromisoformat(str(day)), int(str(cents))) for day, cents in listed)


def with_first_on(parts_: tuple[Part, ...], day: date) -> tuple[Part, ...]:
    """The first part on another day, the others as they were; two on one day are one."""
    (_, cents), *others = parts_
    rest = [(on, part) for on, part in others if on != day]
    return tuple(sorted([(day, cents + sum(part for on, part in others if on == day)), *rest]))


def _beside_others(turn: Turn, day: date, cents: int) -> tuple[Part, ...]:
    """One part on a new day, perhaps with a new sum: the others stay on theirs, as far as so much is owed."""
    standing = _standing(turn)
    meant = min(standing, key=lambda one: (one[1] != cents, abs(one[0] - day)), default=None)
    room, found = turn.owed_cents - cents, {day: cents}
    for on, part in (one for one in standing if one != meant):
        if on > turn.today and (fits := min(part, room)) > 0:
            found[on] = found.get(on, 0) + fits
            room -= fits
    return tuple(sorted(found.items()))


def _standing(turn: Turn) -> tuple[Part, ...]:
    """What they are changing: what we have just offered, or what they had promised."""
    if turn.heard_as == "promise.named" and (offered := offered_parts(turn)):
        return offered
    changing = turn.recall("moving") is True or turn.heard_as == "promise.change"
    return tuple((one.on, one.amount_cents) for one in open_promises(turn)) if changing else ()


def _day_of_offer(turn: Turn) -> tuple[date, ...]:
    """Another sum stays on the day that we have just offered."""
    return (offered_parts(turn)[0][0],) if turn.heard_as == "promise.named" and names_other_sum(turn) else ()


def _due(turn: Turn) -> int:
    kept = turn.recall("part_cents")
    return min(kept, turn.owed_cents) if isinstance(kept, int) else turn.owed_cents


def _about_sums(turn: Turn, sums: tuple[int, ...]) -> Trouble | None:
    policy, owed = turn.facts.policy, turn.owed_cents
    if sum(sums) > owed or min(sums) <= 0:
        return Trouble.TOO_MUCH
    if sums == (owed,):
        return None
    if not policy.partial_payments:
        return Trouble.PART_REFUSED
    smallest = min(sums)
    ends_it = sum(sums) == owed and smallest == sums[-1]
    return Trouble.TOO_LITTLE if smallest < policy.minimum_payment_cents and not ends_it else None


# Guards


def only_day(turn: Turn) -> bool:
    """A new day, and no new sums: it is the next part that moves."""
    told = said(turn)
    return len(told.days) == 1 and not told.sums


def only_promised_day(turn: Turn) -> bool:
    """The day that they had promised, and no other: they cannot keep it."""
    named = set(said(turn).days)
    return bool(named) and named <= {one.on for one in open_promises(turn)}


def names_sum(turn: Turn) -> bool:
    """So much of it, and no day yet, or sums that no day is told apart for; PAY 50 is now."""
    words = turn.heard.words.split() if turn.heard else []
    several = len(said(turn).sums) > 1
    return bool(words) and PAYING.isdisjoint(words) and (several or part_named(turn) is not None)


def names_other_sum(turn: Turn) -> bool:
    """Another sum and no day, for the one part that we have offered."""
    told = said(turn)
    return len(told.sums) == 1 and not told.days and len(offered_parts(turn)) == 1


def moving(turn: Turn) -> bool:
    """We asked for the new day of what they had promised, and they name one that is possible."""
    return turn.recall("moving") is True and only_day(turn) and not trouble(*UNFIT, Trouble.TODAY)(turn)


def first_moves(turn: Turn) -> bool:
    """Another day for the first part of what we have offered."""
    offered = offered_parts(turn)
    fits = bool(offered) and only_day(turn) and not trouble(*UNFIT, Trouble.TODAY)(turn)
    return fits and (len(offered) == 1 or said(turn).days[0] < offered[-1][0])


def promised_already(turn: Turn) -> bool:
    """There is a day, and it may be moved."""
    return bool(open_promises(turn))


def trouble(*among: Trouble) -> Guard:
    """Their words are no promise, for one of these reasons."""

    def check(turn: Turn) -> bool:
        found = read(turn)
        return isinstance(found, Trouble) and found in among

    return check
