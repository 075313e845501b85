"""A balance notice, or a payment that the practice asks for: neutral words and a link, if nothing forbids it."""

from conversations.effects import Kind, OpenPayLink
from conversations.events import NoticeDue, PaymentRequested
from conversations.machine import ANY, END, Flow, Row
from conversations.turn import Owner, Person, Turn


def forbidden(turn: Turn) -> bool:
    """Some rule keeps it back now."""
    return bool(turn.facts.notice_refusal) or _patient(turn) is None


def staff_own_thread(turn: Turn) -> bool:
    """A person is talking with them, or is asked to."""
    return turn.kept.owner is not Owner.BOT


def talk_under_way(turn: Turn) -> bool:
    """They proved who they are, or hold a code: a notice now would read as an answer."""
    return turn.kept.proof_until is not None or turn.facts.codes.open is not None


def amount_shown(turn: Turn) -> bool:
    """The practice chose to show the sum; never on a phone that several people share."""
    return turn.facts.policy.show_amount_in_notice and len(turn.facts.people) == 1


def plan_meant(turn: Turn) -> bool:
    """Staff ask whether they would rather pay monthly."""
    return isinstance(turn.event, PaymentRequested) and turn.event.plan


def skip_for_rule(turn: Turn) -> None:
    """Which rule it was is what the sender is told."""
    turn.skip(turn.facts.notice_refusal or "not_us")


def skip_for_staff(turn: Turn) -> None:
    """Nothing comes between them and a person."""
    turn.skip("staff_owns_thread")


def skip_for_talk(turn: Turn) -> None:
    """Later."""
    turn.skip("talk_under_way")


def send(turn: Turn) -> None:
    """Without a sum: a stranger who sees the lock screen learns nothing."""
    turn.say("notice/new", kind=Kind.NOTICE, link=_link(turn))


def send_with_amount(turn: Turn) -> None:
    """With the sum."""
    if person := _patient(turn):
        turn.say("notice/new_amount", kind=Kind.NOTICE, link=_link(turn), owed_cents=person.balance_cents)


def ask(turn: Turn) -> None:
    """Without the sum: it waits on the page."""
    turn.say("notice/asked", kind=Kind.NOTICE, link=_link(turn))


def ask_with_amount(turn: Turn) -> None:
    """With it."""
    if person := _patient(turn):
        cents = _asked_cents(turn) or person.balance_cents
        turn.say("notice/asked_amount", kind=Kind.NOTICE, link=_link(turn), amount_cents=cents)


def offer_plan(turn: Turn) -> None:
    """PLAN leads on, once they have shown who they are."""
    turn.say("notice/plan_offered", kind=Kind.NOTICE, link=_link(turn))


def _patient(turn: Turn) -> Person | None:
    return turn.facts.person(turn.event.person_id) if isinstance(turn.event, NoticeDue | PaymentRequested) else None


def _asked_cents(turn: Turn) -> int | None:
    return turn.event.amount_cents if isinstance(turn.event, PaymentRequested) else None


def _link(turn: Turn) -> OpenPayLink | None:
    person = _patient(turn)
    return OpenPayLink((person.id,), _asked_cents(turn), asks_code=turn.facts.shared) if person else None


flow = Flow(
    name="notice",
    states=None,
    public=True,
    events={NoticeDue: "due", PaymentRequested: "requested"},
    rows=(
        Row("due", ANY, END, when=(forbidden,), do=(skip_for_rule,)),
        Row("due", ANY, END, when=(staff_own_thread,), do=(skip_for_staff,)),
        Row("due", ANY, END, when=(talk_under_way,), do=(skip_for_talk,)),
        Row("due", ANY, END, when=(amount_shown,), do=(send_with_amount,)),
        Row("due", ANY, END, do=(send,)),
        Row("requested", ANY, END, when=(forbidden,), do=(skip_for_rule,)),
        Row("requested", ANY, END, when=(staff_own_thread,), do=(skip_for_staff,)),
        Row("requested", ANY, END, when=(talk_under_way,), do=(skip_for_talk,)),
        Row("requested", ANY, END, when=(plan_meant,), do=(offer_plan,)),
        Row("requested", ANY, END, when=(amount_shown,), do=(ask_with_amount,)),
        Row("requested", ANY, END, do=(ask,)),
    ),
)
