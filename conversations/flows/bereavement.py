"""A death is reported: our sympathy once, then silence; all about that patient is held until staff have looked."""

from datetime import timedelta
from enum import StrEnum

from conversations.effects import DropQueued, Kind, OpenTask, PauseNotices, ReportDeath, SetConsent, VoidCodes
from conversations.hearing import normalise
from conversations.machine import ANY, END, STAY, Flow, Row
from conversations.turn import Person, Proof, Turn

FAMILY_PAUSE = timedelta(days=30)
LATELY = timedelta(days=7)


class Waits(StrEnum):
    """What we wait for."""

    NOTED = "noted"  # the family wrote again after the report, and staff know


def known(turn: Turn) -> bool:
    """Reported before, and nobody else is named: we have said what there was to say."""
    return any(p.deceased for p in turn.facts.people) and not _named(turn)


def silent_by_now(turn: Turn) -> bool:
    """Opted out, or not their number."""
    return turn.facts.blocked or turn.facts.consent == "revoked"


def hold_everything(turn: Turn) -> None:
    """Every channel, plan and blast of the one who died; the rest of the phone is left in peace for 30 days."""
    died = _who(turn)
    others = tuple(p.id for p in (*turn.facts.people, *turn.facts.family) if p.id not in died)
    if died:
        turn.do(ReportDeath(died))
    if others:
        turn.do(PauseNotices(others, turn.now + FAMILY_PAUSE, "bereavement"))
    if turn.facts.consent == "held":  # our question is settled: nothing more is sent
        turn.do(SetConsent("revoked", turn.facts.channel, turn.message.text if turn.message else "", "words"))
    turn.do(VoidCodes())
    turn.do(DropQueued("deceased"))
    turn.kept.proof, turn.kept.proof_until, turn.kept.proof_people = Proof.NONE, None, ()
    offer = {key: turn.recall(key) for key in ("last4", "offered_at")}
    offered = turn.kept.state == "approval.ended"
    turn.kept.memory.clear()
    if others and offered:  # the digits of a card may still come, and are no sum of money
        turn.kept.memory.update(offer)
        turn.enter("approval", "overtaken")


def call_staff(turn: Turn) -> None:
    """A person confirms it, and follows up only if the family wishes."""
    due = turn.facts.office.reply_by(turn.now)
    turn.do(OpenTask("death_reported", tuple(p.id for p in turn.facts.people), due, urgent=True))


def express_sympathy(turn: Turn) -> None:
    """No footer, no link. It also confirms that messages end, so it may follow a STOP in the same breath."""
    turn.say("bereavement/sorry", kind=Kind.OPT_OUT)


def note_reply(turn: Turn) -> None:
    """The family writes: a person answers, not we."""
    due = turn.facts.office.reply_by(turn.now)
    turn.do(OpenTask("family_wrote", tuple(p.id for p in turn.facts.people), due, urgent=True))
    turn.skip("deceased")


def stay_silent(turn: Turn) -> None:
    """No further word from us."""
    turn.skip("deceased")


def _named(turn: Turn) -> list[Person]:
    """Whose first name stands in the message."""
    words = turn.heard.words.split() if turn.heard else []
    return [p for p in turn.facts.people if not p.deceased and normalise(p.first_name) in words]


def _who(turn: Turn) -> tuple[int, ...]:
    """Whom they name or we wrote about last, never whoever just proved to be alive; else all, until staff can tell."""
    living = [p for p in turn.facts.people if not p.deceased]
    silent = [p for p in living if p.id not in turn.kept.proof_people] or living
    lately = [p for p in silent if p.noticed_at and turn.now - p.noticed_at <= LATELY]
    found = _named(turn) or (lately if len(lately) == 1 else silent)
    return tuple(p.id for p in found)


flow = Flow(
    name="bereavement",
    states=Waits,
    public=True,
    rows=(
        Row("reported", Waits.NOTED, STAY, when=(known,), do=(stay_silent,)),
        Row("reported", ANY, Waits.NOTED, when=(known,), do=(note_reply,)),
        Row("reported", ANY, END, when=(silent_by_now,), do=(hold_everything, call_staff, stay_silent)),
        Row("reported", ANY, END, do=(hold_everything, call_staff, express_sympathy)),
        Row("wrote_after", Waits.NOTED, STAY, do=(stay_silent,)),
        Row("wrote_after", ANY, Waits.NOTED, do=(note_reply,)),
    ),
)
