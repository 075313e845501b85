"""A person is asked for, takes the thread, answers, and hands it back."""

from enum import StrEnum

from conversations.effects import HandOff, OpenTask, WakeAt
from conversations.events import StaffReleased, StaffReplied, StaffTook
from conversations.flows.staff_words import KEYWORDS
from conversations.machine import ANY, BACK, END, STAY, Flow, Row, Step
from conversations.policy import PROMISE
from conversations.steps.plain import say, skip
from conversations.turn import Owner, Turn


class States(StrEnum):
    WAITING = "waiting"  # for somebody from the practice
    TALKING = "talking"  # with them


def waiting_already(turn: Turn) -> bool:
    return turn.kept.owner is Owner.WAITING


def soon(turn: Turn) -> bool:
    """Somebody is there, and stays long enough."""
    return turn.facts.office.open_at(turn.now) and turn.facts.office.reply_by(turn.now) - turn.now <= PROMISE


def office_open(turn: Turn) -> bool:
    return turn.facts.office.open_at(turn.now)


def noted_already(turn: Turn) -> bool:
    return turn.recall("noted") is True


def told_already(turn: Turn) -> bool:
    """That a person answers is what we have just said, several times. Mail is left in peace: robots read it too."""
    return turn.heard_as == "staff.asked" or turn.facts.channel == "email"


def all_deceased(turn: Turn) -> bool:
    """We said that no more messages would come."""
    return turn.facts.all_deceased


def bot_in_charge(turn: Turn) -> bool:
    return turn.kept.owner is Owner.BOT


def hand_off(reason: str) -> Step:
    """The thread waits for a person; the alarm about it outlives whatever is talked about meanwhile."""

    def step(turn: Turn) -> None:
        due_at = turn.facts.office.reply_by(turn.now)
        turn.kept.owner, turn.kept.asked_turn = Owner.WAITING, turn.kept.turn
        turn.do(HandOff(reason, due_at))
        turn.do(WakeAt(due_at, "unanswered"))

    return step


def promise(message: str) -> Step:
    """Say it, with the real time by which somebody answers."""

    def step(turn: Turn) -> None:
        turn.say(f"staff/{message}", due_at=turn.facts.office.reply_by(turn.now).isoformat())

    return step


def note_details(turn: Turn) -> None:
    turn.remember("noted", True)
    turn.say("staff/noted")


def give_thread(turn: Turn) -> None:
    turn.kept.owner = Owner.STAFF


def take_back(turn: Turn) -> None:
    turn.kept.owner = Owner.BOT


def pass_on(turn: Turn) -> None:
    if isinstance(turn.event, StaffReplied):
        turn.say("staff/words", text=turn.event.text, staff=turn.event.staff_name)


def sound_alarm(turn: Turn) -> None:
    turn.do(OpenTask("unanswered", turn.chosen_ids or tuple(p.id for p in turn.facts.people), turn.now, urgent=True))


flow = Flow(
    name="staff",
    states=States,
    public=True,
    keywords=KEYWORDS,
    events={StaffTook: "took", StaffReplied: "replied", StaffReleased: "released"},
    rows=(
        Row("asked", ANY, BACK, when=(waiting_already,), do=(say("staff/already"),)),
        Row("asked", ANY, States.WAITING, when=(soon,), do=(hand_off("asked"), say("staff/connecting"))),
        Row("asked", ANY, States.WAITING, when=(office_open,), do=(hand_off("asked"), promise("by_time"))),
        Row("asked", ANY, States.WAITING, do=(hand_off("asked"), promise("closed_now"))),
        Row("missed", ANY, States.WAITING, do=(hand_off("not_understood"), promise("missed"))),
        Row("flooded", ANY, States.WAITING, do=(hand_off("flooded"), promise("missed"))),
        Row("needed", ANY, BACK, when=(waiting_already, told_already), do=(skip("waiting_for_staff"),)),
        Row("needed", ANY, BACK, when=(waiting_already,), do=(say("staff/already"),)),
        Row("needed", ANY, States.WAITING, do=(hand_off("unclear"), promise("missed"))),
        Row("details_added", States.WAITING, STAY, when=(noted_already,), do=(skip("details_for_staff"),)),
        Row("details_added", States.WAITING, STAY, do=(note_details,)),
        Row("details_added", ANY, BACK, do=(skip("details_for_staff"),)),
        Row("wrote", ANY, BACK, do=(skip("staff_own_the_thread"),)),
        Row("took", ANY, States.TALKING, do=(give_thread, skip("staff_took_over"))),
        Row("replied", ANY, States.TALKING, do=(give_thread, pass_on)),
        Row("released", ANY, END, when=(bot_in_charge,), do=(skip("handed_back_already"),)),
        Row("released", ANY, END, when=(all_deceased,), do=(take_back, skip("deceased"))),
        Row("released", ANY, END, do=(take_back, say("staff/handed_back"))),
        Row("unanswered", ANY, BACK, do=(sound_alarm,)),
    ),
)
