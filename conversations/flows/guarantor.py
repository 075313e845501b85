"""Who answers for a bill: minors whose bills go to somebody else, and people who say that a bill is not theirs."""

from conversations.effects import OpenTask, PauseNotices
from conversations.machine import ANY, END, Flow, Keyword, Row
from conversations.turn import Turn

REVIEW_DAYS = 5
"""Open days in which the practice looks into it and answers."""


def concerned(turn: Turn) -> tuple[int, ...]:
    return turn.chosen_ids or tuple(p.id for p in turn.facts.people)


def point_to_account_holder(turn: Turn) -> None:
    turn.say("guarantor/account_holder")


def pause_notices(turn: Turn) -> None:
    turn.do(PauseNotices(concerned(turn), None, "who_pays"))


def promise_review(turn: Turn) -> None:
    due_at = turn.facts.office.end_of_next_day(turn.now, REVIEW_DAYS)
    turn.do(OpenTask("who_pays", concerned(turn), due_at))
    turn.say("guarantor/reviewing", due_at=due_at.isoformat())


flow = Flow(
    name="guarantor",
    states=None,
    public=True,
    keywords=(
        Keyword(
            "denied",
            en=(
                "not my bill",
                "not my responsibility",
                "not responsible for this bill",
                "not responsible for this",
                "im not responsible",
                "i am not the guarantor",
                "his father has to pay",
                "her father has to pay",
                "his mother has to pay",
                "her mother has to pay",
                "their father has to pay",
                "their mother has to pay",
                "his dad has to pay",
                "her dad has to pay",
                "his mom has to pay",
                "her mom has to pay",
                "his dad pays",
                "her dad pays",
                "bill his father",
                "bill her father",
                "bill his dad",
                "bill her dad",
                "bill his mother",
                "bill her mother",
                "bill my ex",
                "my ex has to pay",
                "my ex pays",
                "isnt my bill",
                "this is not my account",
                "this is not my bill",
                "this isnt my bill",
                "thats not my bill",
                "my ex wife pays",
                "my ex husband pays",
                "ex is supposed to pay",
                "ex wife is supposed to pay",
                "ex husband is supposed to pay",
                "my ex has to pay for this",
                "ex wife has to pay",
                "ex husband has to pay",
                "my ex should pay",
                "ex wife should pay",
                "ex husband should pay",
                "ex is responsible",
                "ex wife is responsible",
                "ex husband is responsible",
                "bill my ex wife",
                "bill my ex husband",
                "his father is supposed to pay",
                "her father is supposed to pay",
                "his dad is supposed to pay",
                "her dad is supposed to pay",
                "their dad is supposed to pay",
                "his mom is supposed to pay",
                "her mom is supposed to pay",
                "their mom is supposed to pay",
                "its not mine its",
                "not mine its my",
                "its my daughters bill",
                "its my sons bill",
                "its my moms bill",
                "its my dads bill",
                "its my mothers bill",
                "its my fathers bill",
                "its my wifes bill",
                "its my husbands bill",
                "this is my daughters bill",
                "this is my sons bill",
                "thats my daughters bill",
                "thats my sons bill",
            ),
            es=(
                "no es mi cuenta",
                "no es mi factura",
                "esa no es mi cuenta",
                "no es mi responsabilidad",
                "no me toca pagar",
                "le toca a su papa",
                "le toca a su mama",
                "le toca pagar a su papa",
                "le toca pagar a su mama",
                "el papa tiene que pagar",
                "la mama tiene que pagar",
                "su papa tiene que pagar",
                "su mama tiene que pagar",
                "su padre tiene que pagar",
                "su madre tiene que pagar",
                "que pague su papa",
                "que pague su mama",
                "que pague mi ex",
                "mi ex paga",
                "mi ex tiene que pagar",
                "mi ex esposo tiene que pagar",
                "mi ex esposa tiene que pagar",
                "mi ex debe pagar",
                "mi ex esposo paga",
                "mi ex esposa paga",
                "es de mi hija",
                "es de mi hijo",
                "la cuenta es de mi hija",
                "la cuenta es de mi hijo",
                "le toca a mi ex",
                "le toca pagar a mi ex",
                "no es mio es de mi hija",
                "no es mio es de mi hijo",
                "no es mia es de mi hija",
                "no es mia es de mi hijo",
            ),
        ),
    ),
    rows=(
        Row("minor_asked", ANY, END, do=(point_to_account_holder,)),
        Row("denied", ANY, END, do=(pause_notices, promise_review)),
    ),
)
