"""CHARGED TWICE: what we took, what is only on hold at the bank, and who puts right what we took twice (Extra B)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from conversations.effects import OpenTask, PauseNotices
from conversations.facts import RecentPayment
from conversations.flows.charged_twice_words import KEYWORDS
from conversations.machine import ANY, END, Flow, Row
from conversations.turn import Turn

TOGETHER = timedelta(days=3)
"""Equal sums further apart are two payments, such as installments."""
HOLD_LASTS = timedelta(days=6)
REFUND_DAYS = 2


# Guards


def taken_twice(turn: Turn) -> bool:
    """Two equal payments within a few days."""
    return _twice(turn) is not None


def taken_and_held(turn: Turn) -> bool:
    """One was taken, and an equal one is on hold without being taken."""
    return _with_hold(turn) is not None


def only_held(turn: Turn) -> bool:
    """Nothing was taken, and the bank may show what was refused."""
    return not _taken(turn) and bool(_held(turn))


def taken_once(turn: Turn) -> bool:
    return len(_taken(turn)) == 1


def taken_apart(turn: Turn) -> bool:
    """Several, no two of them alike."""
    return len(_taken(turn)) > 1


# Steps


def promise_refund(turn: Turn) -> None:
    """Staff find it with the patient, the payment to give back and the day by which that is promised."""
    if paid := _twice(turn):
        due = turn.facts.office.end_of_next_day(turn.now, REFUND_DAYS)
        turn.do(OpenTask("refund_second_payment", turn.chosen_ids, due, payment_id=paid.id))
        on = due.astimezone(ZoneInfo(turn.facts.office.zone)).date().isoformat()
        turn.say("charged_twice/two_taken", amount_cents=paid.amount_cents, by_on=on)


def explain_hold(turn: Turn) -> None:
    if held := _with_hold(turn):
        turn.say("charged_twice/one_on_hold", amount_cents=held.amount_cents, gone_on=_gone_on(turn, held))


def explain_refused(turn: Turn) -> None:
    held = _held(turn)[0]
    turn.say("charged_twice/none_taken", amount_cents=held.amount_cents, gone_on=_gone_on(turn, held))


def tell_one(turn: Turn) -> None:
    paid = _taken(turn)[0]
    gone_on = _gone_on(turn, paid)
    turn.say(
        "charged_twice/one_taken", amount_cents=paid.amount_cents, paid_on=paid.paid_on.isoformat(), gone_on=gone_on
    )


def tell_last_two(turn: Turn) -> None:
    newest, before = _taken(turn)[:2]
    turn.say(
        "charged_twice/several",
        amount_cents=newest.amount_cents,
        paid_on=newest.paid_on.isoformat(),
        earlier_cents=before.amount_cents,
        earlier_on=before.paid_on.isoformat(),
    )


def have_it_checked(turn: Turn) -> None:
    """We see nothing of the kind: a person looks, and until then nobody asks for money."""
    due = turn.facts.office.end_of_next_day(turn.now)
    turn.do(OpenTask("charged_twice", turn.chosen_ids, due))
    turn.do(PauseNotices(turn.chosen_ids, due, "charged_twice"))
    turn.say("charged_twice/checking", by_at=due.isoformat())


# What was paid


def _payments(turn: Turn, state: str) -> list[RecentPayment]:
    theirs = {paid.id: paid for person in turn.chosen for paid in person.paid_lately if paid.state == state}
    return sorted(theirs.values(), key=lambda paid: (paid.paid_on, paid.id), reverse=True)


def _taken(turn: Turn) -> list[RecentPayment]:
    return _payments(turn, "taken")


def _held(turn: Turn) -> list[RecentPayment]:
    return _payments(turn, "hold")


def _twice(turn: Turn) -> RecentPayment | None:
    taken = _taken(turn)
    return next((one for n, one in enumerate(taken) if any(_alike(one, other) for other in taken[n + 1 :])), None)


def _with_hold(turn: Turn) -> RecentPayment | None:
    taken = _taken(turn)
    return next((held for held in _held(turn) if any(_alike(held, one) for one in taken)), None)


def _alike(one: RecentPayment, other: RecentPayment) -> bool:
    return one.amount_cents == other.amount_cents and abs(one.paid_on - other.paid_on) <= TOGETHER


def _gone_on(turn: Turn, held: RecentPayment) -> str:
    """The day on which a hold has dropped off; never one that has passed."""
    today = turn.now.astimezone(ZoneInfo(turn.facts.office.zone)).date()
    return max(held.paid_on + HOLD_LASTS, today + timedelta(days=1)).isoformat()


flow = Flow(
    name="charged_twice",
    states=None,
    keywords=KEYWORDS,
    rows=(
        Row("asked", ANY, END, when=(taken_twice,), do=(promise_refund,)),
        Row("asked", ANY, END, when=(taken_and_held,), do=(explain_hold,)),
        Row("asked", ANY, END, when=(only_held,), do=(explain_refused,)),
        Row("asked", ANY, END, when=(taken_once,), do=(tell_one,)),
        Row("asked", ANY, END, when=(taken_apart,), do=(tell_last_two,)),
        Row("asked", ANY, END, do=(have_it_checked,)),
    ),
)
