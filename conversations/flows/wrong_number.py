"""Not the patient's number: it is taken off everybody's file for good, and never a name is said, even to deny one."""

from conversations.effects import BlockNumber, DropQueued, Kind, OpenTask, SendMail, SetConsent, VoidCodes, VoidLinks
from conversations.machine import ANY, END, Flow, Row
from conversations.turn import Proof, Turn


def blocked(turn: Turn) -> bool:
    """They told us before."""
    return turn.facts.blocked


def out_already(turn: Turn) -> bool:
    """After STOP we do what is asked, and say nothing."""
    return turn.facts.consent == "revoked"


def unbind(turn: Turn) -> None:
    """Nothing that we sent there opens anything any more, and nothing more is sent (47 CFR 64.1200(a)(10))."""
    if not any(isinstance(e, SetConsent) for e in turn.effects):
        turn.do(SetConsent("revoked", turn.facts.channel, turn.message.text if turn.message else "", "words"))
    turn.do(BlockNumber("wrong_number"))
    turn.do(VoidLinks())
    turn.do(VoidCodes())
    turn.do(DropQueued("wrong_number"))
    turn.kept.proof, turn.kept.proof_until, turn.kept.proof_people = Proof.NONE, None, ()
    turn.kept.memory.clear()


def ask_staff_for_number(turn: Turn) -> None:
    """Everybody whose file carried it needs a new one."""
    people = tuple(p.id for p in turn.facts.people)
    if people:
        turn.do(OpenTask("confirm_phone", people, turn.facts.office.end_of_next_day(turn.now)))


def ask_patient_for_number(turn: Turn) -> None:
    """By mail, where they have it: whoever holds the phone learns nothing of it."""
    people = tuple(p.id for p in turn.facts.people if not p.deceased)
    if people and turn.facts.channel == "text":
        turn.do(SendMail("wrong_number/new_number_wanted", people))


def apologise(turn: Turn) -> None:
    """It also confirms that texts end, so it may follow a STOP in the same breath."""
    turn.say("wrong_number/removed", kind=Kind.OPT_OUT)


def stay_silent(turn: Turn) -> None:
    """We said that we would not write again."""
    turn.skip("wrong_number")


flow = Flow(
    name="wrong_number",
    states=None,
    public=True,
    rows=(
        Row("said", ANY, END, when=(blocked,), do=(stay_silent,)),
        Row(
            "said",
            ANY,
            END,
            when=(out_already,),
            do=(unbind, ask_staff_for_number, ask_patient_for_number, stay_silent),
        ),
        Row("said", ANY, END, do=(unbind, ask_staff_for_number, ask_patient_for_number, apologise)),
    ),
)
