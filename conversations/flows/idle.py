"""At rest: what is not understood, half understood, or better left without an answer."""

from datetime import timedelta
from enum import StrEnum

from conversations.effects import OpenTask
from conversations.hearing import yes_no
from conversations.machine import ANY, BACK, END, STAY, Answer, Flow, Row
from conversations.steps.plain import skip
from conversations.turn import Owner, Turn

GREETINGS = frozenset(
    "hi,hello,hey,hi there,hello there,hey there,good morning,good afternoon,good evening,morning,hiya,howdy,yo,sup,"
    "hola,hola buenas,buenas,buenos dias,buenas tardes,buenas noches,hola buenos dias,hola buenas tardes,que tal,"
    "hola que tal,saludos,hello good morning,hi good morning,hello how are you,hi how are you,hola como esta".split(",")
)


GUESSES = timedelta(hours=1)


class States(StrEnum):
    READY = "ready"
    MEANT = "meant"  # a word with a slip in it: did they mean that one?
    FLOODED = "flooded"  # more messages than anybody should get answers to


def said_yes(turn: Turn) -> bool:
    return turn.heard is not None and yes_no(turn.heard.words) is True


def said_no(turn: Turn) -> bool:
    return turn.heard is not None and yes_no(turn.heard.words) is False


def greeted(turn: Turn) -> bool:
    return turn.heard is not None and turn.heard.words in GREETINGS


def guessed_lately(turn: Turn) -> bool:
    """By mail one answer an hour goes to what may be a machine's words."""
    at = turn.kept.guessed_at
    return turn.facts.channel == "email" and at is not None and turn.now - at < GUESSES


def greeted_again(turn: Turn) -> bool:
    return greeted(turn) and guessed_lately(turn)


def greet(turn: Turn) -> None:
    """Nothing was asked yet, so nothing was misunderstood; a question that waits goes on waiting."""
    turn.kept.guessed_at = turn.now
    turn.say("idle/greeting")


def missed_before(turn: Turn) -> bool:
    return turn.kept.misses > 0


def ask_again(turn: Turn) -> None:
    turn.kept.misses += 1
    turn.kept.guessed_at = turn.now
    turn.say("idle/not_understood")


def fetch_staff(turn: Turn) -> None:
    turn.kept.misses = 0
    turn.enter("staff", "missed")


def ask_whether_meant(turn: Turn) -> None:
    meant = turn.recall("meant")
    if turn.amount_cents is not None:
        turn.remember("asked_cents", turn.amount_cents)
    turn.say("idle/half_understood", word=meant[2] if isinstance(meant, list) else None)


def do_what_was_meant(turn: Turn) -> None:
    meant = turn.recall("meant")
    if isinstance(meant, list):
        turn.enter(str(meant[0]), str(meant[1]))


def waits_for_person(turn: Turn) -> bool:
    """They have been told that somebody reads this."""
    return turn.kept.owner is Owner.WAITING


def by_text(turn: Turn) -> bool:
    """Robots that loop write mails; whoever texts so much is most likely somebody who needs help."""
    return turn.facts.channel == "text"


def fetch_reader(turn: Turn) -> None:
    turn.enter("staff", "flooded")


def report_flood(turn: Turn) -> None:
    turn.do(OpenTask("too_many_messages", tuple(p.id for p in turn.facts.people)))
    turn.skip("too_many_answers")


def quietly(reason: str) -> Row:
    """Silent on purpose; whatever was being asked stays asked."""
    return Row(reason, ANY, BACK, do=(skip(reason),))


flow = Flow(
    name="idle",
    states=States,
    public=True,
    answers={States.MEANT: (Answer("agreed", said_yes), Answer("denied", said_no))},
    rows=(
        Row("not_understood", ANY, BACK, when=(greeted_again,), do=(skip("guessed_lately"),)),
        Row("not_understood", ANY, BACK, when=(greeted,), do=(greet,)),
        Row("not_understood", ANY, END, when=(missed_before,), do=(fetch_staff,)),
        Row("not_understood", ANY, END, when=(guessed_lately,), do=(fetch_staff,)),
        Row("not_understood", ANY, BACK, do=(ask_again,)),
        Row("half_understood", ANY, States.MEANT, do=(ask_whether_meant,)),
        Row("agreed", States.MEANT, END, do=(do_what_was_meant,)),
        Row("denied", States.MEANT, END, do=(ask_again,)),
        Row("wrote_too_often", ANY, BACK, when=(waits_for_person,), do=(skip("too_many_answers"),)),
        Row("wrote_too_often", ANY, END, when=(by_text,), do=(fetch_reader,)),
        Row("wrote_too_often", States.FLOODED, STAY, do=(skip("too_many_answers"),)),
        Row("wrote_too_often", ANY, States.FLOODED, do=(report_flood,)),
        quietly("thanked"),
        quietly("reacted"),
        quietly("machine_wrote"),
        quietly("wrote_while_blocked"),
    ),
)
