"""What somebody who would pay asks for: a link now, a day to pay on, or parts over time."""

from conversations.hearing import Unreadable, put_off, spread
from conversations.steps.visits_meant import visit_meant
from conversations.turn import Turn

Way = tuple[str, str]
"""A flow and the trigger to fire in it."""
PAY: Way = ("pay", "asked")
ONE_VISIT: Way = ("one_visit", "asked")
MOVE: Way = ("promise", "change")
NOW = frozenset("now today hoy ahora ahorita".split())
PAYING = frozenset("pay pagar pague pago".split())
MONTHLY = frozenset("monthly plan mensual mensuales mensualidades".split())
FIRST = frozenset("half mitad part some off".split())
SHORT = 4
OF_A_VISIT = frozenset("visit visits visita visitas for from de del bill one".split())
ALL = frozenset("all everything total todo completo full whole".split())
BESIDE = ALL | frozenset(
    "half rest remaining remainder other another and then on by for the i we can could do will pay give send put you it"
    " of maybe how about ok okay yes yeah please pls just only dollars bucks now right next week"
    " mitad resto demas otra otro y luego el la los para de del al que puedo podria doy dar le les pago mando si solo"
    " por favor dolares a ahora ahorita take charge run send cobre cobren tome tomen mandar puede"
    " pueden les yo".split()
)
"""What may stand beside sums and days that are a promise by themselves."""
UNABLE = frozenset(
    "cant cannot wont not no make able going have it money voy poder podre puedo tengo hacerlo dinero im gonna".split()
)
CHARGE = frozenset("take charge withdraw debit run cobre cobren cobrarme saque saquen sacar".split())
CHARGING = CHARGE | frozenset("out me my payment it please could would mi pago ese dia date".split())
INSTEAD = frozenset("sorry instead until till wait better actually make perdon hasta mejor in".split())


def how_they_would_pay(turn: Turn) -> Way:
    """Now, on a later day, or in parts over time."""
    if spread(turn.said.words) or _monthly(turn):
        return "plan", "asked"
    if put_off(turn.said.words) or _later(turn):
        return "promise", "asked"
    return ONE_VISIT if visit_meant(turn) else PAY


def parts_and_days(turn: Turn) -> bool:
    """Sums and days to come, and hardly a word beside them: "50 friday and the rest on the 20th"."""
    told = turn.parts
    words = {word for word in told.left if not word.isdecimal() and not word.startswith("usd")}
    named = bool(told.sums) or not ALL.isdisjoint(words)
    return named and any(day > turn.today for day in told.days) and words <= BESIDE


def another_day(turn: Turn) -> bool:
    """Hardly more than a day, from somebody who has one: "sorry, next friday", "can you take it out on the 20th"."""
    promised = {one.on for person in turn.chosen for one in person.promises}
    charged = any(p.plan and p.plan.state == "active" for p in turn.chosen)
    if not promised and not charged:
        return False
    told, days = turn.parts, turn.parts.days
    if len(days) != 1 or days[0] <= turn.today:
        return False
    left = set(told.left)
    if not promised:  # a day alone moves no charge
        return left <= BESIDE | INSTEAD | CHARGING and not left.isdisjoint(CHARGE)
    return left <= BESIDE | INSTEAD | (UNABLE if set(days) <= promised else frozenset())


def _monthly(turn: Turn) -> bool:
    """As in "and the rest monthly", of somebody who names no sum to pay first."""
    words = set(turn.said.words.split())
    return turn.said.amount is None and not words.isdisjoint(MONTHLY) and words.isdisjoint(NOW | FIRST)


def _later(turn: Turn) -> bool:
    """A day is named that is still to come, and not now as well; or that has gone by, instead of a sum."""
    told, words = turn.parts, set(turn.said.words.split())
    if any(day > turn.today for day in told.days):
        return NOW.isdisjoint(words) or len(told.sums) > 1
    past = any(day < turn.today for day in told.days) and isinstance(turn.said.amount, Unreadable)
    return past and len(words) <= SHORT and OF_A_VISIT.isdisjoint(words)
