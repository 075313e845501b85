"""Proof before facts: a code by another way than the request proves the person, one in this very thread the phone."""

from enum import StrEnum

from conversations.effects import AcceptCode, CountWrongTry, OpenPayLink, OpenTask, SendCode, Value, VoidCodes, WakeAt
from conversations.events import CodeAcceptedOnPage, CodeAskedOnPage, CodeUndelivered
from conversations.flows.idle import greeted
from conversations.machine import ANY, BACK, END, STAY, Answer, Flow, Guard, Keyword, Row
from conversations.steps.asking_again import unclear
from conversations.steps.code_limits import (
    GAP,
    blocked,
    for_page,
    just_now_here,
    just_now_page,
    last_try,
    newer_on_its_way,
    sent_just_now,
    spent,
    too_soon,
    tries_left_after,
)
from conversations.steps.code_sentences import asks_language, chooses_here, not_six_digits, wants_again, wonders
from conversations.steps.code_words import NOT_MINE, RESEND_ANY_TIME, WHAT_CODE
from conversations.steps.plain import say, skip
from conversations.steps.proving import (
    goes_elsewhere,
    needs_person,
    nobody,
    other_address,
    other_way,
    page_link,
    proving,
)
from conversations.turn import Owner, Proof, Turn, Verdict


class States(StrEnum):
    CODE = "code"  # a code was sent: we wait for it in this thread
    GAP = "gap"  # the same, and one in this thread follows as soon as codes may
    PAGE = "page"  # a code was texted: we wait for it on our page


# Guards


def went_here(turn: Turn) -> bool:
    """The last code was sent into this thread."""
    return turn.recall("sent") == "here"


def went_elsewhere(turn: Turn) -> bool:
    return turn.recall("sent") == "elsewhere"


def code_open(turn: Turn) -> bool:
    return turn.facts.codes.open is not None


def gives_up(turn: Turn) -> bool:
    return blocked(turn) or nobody(turn)


def verdict(*among: Verdict) -> Guard:
    return lambda turn: turn.facts.codes.verdict in among


def known_already(turn: Turn) -> bool:
    """A code sent twice: it has done its work."""
    return turn.kept.proof > Proof.NONE


def mail_failed(turn: Turn) -> bool:
    """It was the other way that failed, and this is not it."""
    return isinstance(turn.event, CodeUndelivered) and turn.event.way != turn.facts.channel


def page_may_not_send(turn: Turn) -> bool:
    return blocked(turn) or spent(turn) or too_soon(turn)


def words_while_open(turn: Turn) -> bool:
    """Anything else that is no question of its own, while the code still counts."""
    return code_open(turn) and unclear(turn) and not greeted(turn) and turn.kept.owner is Owner.BOT


# Steps


def send_elsewhere(turn: Turn) -> None:
    turn.do(SendCode(other_way(turn), proving(turn)))
    turn.remember("sent", "elsewhere")


def tell_where(turn: Turn) -> None:
    message = "identity/code_sent" if turn.facts.channel == "text" else "identity/code_texted"
    others = turn.recall("others")
    if turn.facts.shared and turn.chosen:
        initials: list[Value] = [p.initials for p in turn.chosen]
        left_out: list[Value] = others if isinstance(others, list) else []
        return turn.say(f"{message}_for", to=other_address(turn), initials=initials, others=left_out)
    return turn.say(message, to=other_address(turn))


def send_here(turn: Turn) -> None:
    failed = isinstance(turn.event, CodeUndelivered) or turn.recall("failed") is True
    words = "identity/code_after_mail" if failed and turn.facts.channel == "text" else "identity/code"
    turn.do(SendCode(turn.facts.channel, proving(turn), message=words))
    turn.remember("sent", "here")


def send_for_page(turn: Turn) -> None:
    turn.do(SendCode(turn.facts.channel, proving(turn), "page", "identity/page_code"))
    turn.remember("sent", "page")


def point_to_page(turn: Turn) -> None:
    turn.say("identity/on_page", link=page_link(turn))


def send_elsewhere_soon(turn: Turn) -> None:
    turn.remember("sent", "elsewhere")
    _send_soon(turn)


def send_here_soon(turn: Turn) -> None:
    turn.remember("sent", "here")
    _send_soon(turn)


def _send_soon(turn: Turn) -> None:
    turn.do(WakeAt(turn.facts.codes.sent_at[0] + GAP, "gap_over"))
    turn.remember("failed", isinstance(turn.event, CodeUndelivered))
    turn.skip("code_in_a_moment")


def ask_again(turn: Turn) -> None:
    turn.say("identity/here_again" if went_here(turn) else "identity/ask_again")


def accept(turn: Turn) -> None:
    code = turn.facts.codes.open
    if code:
        turn.do(AcceptCode())
        prove(turn, Proof.PERSON if code.way != turn.facts.channel else Proof.PHONE, code.person_ids)


def accept_page(turn: Turn) -> None:
    if isinstance(turn.event, CodeAcceptedOnPage):
        prove(turn, Proof.PERSON, turn.event.person_ids)


def prove(turn: Turn, level: Proof, people: tuple[int, ...]) -> None:
    turn.prove(level, people)
    if turn.facts.shared and not turn.chosen:
        turn.remember("people", list(people))


def go_on(turn: Turn) -> None:
    """Back to what they wanted before we asked."""
    after = turn.recall("after")
    flow, trigger = after if isinstance(after, list) else ("balance", "asked")
    turn.enter(str(flow), str(trigger))


def start_over(turn: Turn) -> None:
    turn.enter("balance", "asked")


def count_try(turn: Turn) -> None:
    turn.do(CountWrongTry())


def tell_tries(turn: Turn) -> None:
    turn.say("identity/code_wrong", tries_left=tries_left_after(turn))


def point_to_newer(turn: Turn) -> None:
    code = turn.facts.codes.open
    if code and code.sent_at:
        turn.say("identity/code_older", sent_at=code.sent_at.isoformat())


def link_for_hole(turn: Turn) -> None:
    code = turn.facts.codes.open
    if code:
        turn.say("identity/code_missing", link=OpenPayLink(code.person_ids, asks_code=True))


def link_for_page_code(turn: Turn) -> None:
    code = turn.facts.codes.open
    if code:
        turn.say("identity/type_on_page", link=OpenPayLink(code.person_ids, asks_code=True))


def void(turn: Turn) -> None:
    code = turn.facts.codes.open
    people = code.person_ids if code else tuple(p.id for p in turn.facts.people)
    turn.do(VoidCodes())
    turn.do(OpenTask("code_not_asked_for", people))


def send_as_page_asks(turn: Turn) -> None:
    if isinstance(asked := turn.event, CodeAskedOnPage):
        form, link = asked.ask_id, asked.link_id
        turn.do(SendCode(asked.way, asked.person_ids, "page", "identity/page_code", asked.both, form, link))


WAITING = (States.CODE.value, States.GAP.value, States.PAGE.value)
ANSWERS = (
    Answer("here_chosen", chooses_here),
    Answer("resend", wants_again),
    Answer("not_mine", NOT_MINE),
    Answer("misread", not_six_digits),
    Answer("unsure", asks_language),
    Answer("unsure", wonders),
    Answer("unsure", words_while_open, otherwise=True),
)

flow = Flow(
    name="identity",
    states=States,
    public=True,
    keywords=(
        Keyword("resend", en=RESEND_ANY_TIME.en, es=RESEND_ANY_TIME.es),
        Keyword("not_mine", en=NOT_MINE.en + WHAT_CODE.en, es=NOT_MINE.es + WHAT_CODE.es),
    ),
    answers=dict.fromkeys(WAITING, ANSWERS),
    events={CodeUndelivered: "undelivered", CodeAskedOnPage: "page_asked", CodeAcceptedOnPage: "page_accepted"},
    rows=(
        Row("needed", ANY, END, when=(blocked,), do=(say("identity/blocked"),)),
        Row("needed", ANY, States.PAGE, when=(just_now_page,), do=(point_to_page,)),
        Row("needed", ANY, States.CODE, when=(just_now_here,), do=(say("identity/here_again"),)),
        Row("needed", ANY, States.CODE, when=(sent_just_now,), do=(tell_where,)),
        Row("needed", ANY, States.CODE, when=(spent,), do=(say("identity/too_many"),)),
        Row("needed", ANY, States.GAP, when=(too_soon, goes_elsewhere), do=(send_elsewhere_soon,)),
        Row("needed", ANY, States.GAP, when=(too_soon,), do=(send_here_soon,)),
        Row("needed", ANY, States.CODE, when=(goes_elsewhere,), do=(send_elsewhere, tell_where)),
        Row("needed", ANY, States.PAGE, when=(needs_person,), do=(send_for_page, point_to_page)),
        Row("needed", ANY, States.CODE, do=(send_here,)),
        # another way, or another code
        Row("here_chosen", WAITING, END, when=(nobody,), do=(start_over,)),
        Row("here_chosen", WAITING, END, when=(blocked,), do=(say("identity/blocked"),)),
        Row("here_chosen", WAITING, STAY, when=(spent,), do=(say("identity/too_many"),)),
        Row("here_chosen", WAITING, STAY, when=(just_now_here,), do=(say("identity/here_again"),)),
        Row("here_chosen", WAITING, STAY, when=(just_now_page,), do=(point_to_page,)),
        Row("here_chosen", States.GAP, STAY, when=(went_here,), do=(skip("code_in_a_moment"),)),
        Row("here_chosen", WAITING, States.GAP, when=(too_soon,), do=(send_here_soon,)),
        Row("here_chosen", WAITING, States.PAGE, when=(needs_person,), do=(send_for_page, point_to_page)),
        Row("here_chosen", WAITING, States.CODE, do=(send_here,)),
        Row("gap_over", States.GAP, END, when=(gives_up,), do=(skip("blocked"),)),
        Row("gap_over", States.GAP, States.CODE, when=(spent,), do=(say("identity/too_many"),)),
        Row(
            "gap_over", States.GAP, States.CODE, when=(goes_elsewhere, went_elsewhere), do=(send_elsewhere, tell_where)
        ),
        Row("gap_over", States.GAP, States.PAGE, when=(needs_person,), do=(send_for_page, point_to_page)),
        Row("gap_over", States.GAP, States.CODE, do=(send_here,)),
        Row("resend", WAITING, END, when=(nobody,), do=(start_over,)),
        Row("resend", WAITING, END, when=(blocked,), do=(say("identity/blocked"),)),
        Row("resend", WAITING, STAY, when=(spent,), do=(say("identity/too_many"),)),
        Row("resend", WAITING, STAY, when=(too_soon,), do=(say("identity/wait"),)),
        Row("resend", States.PAGE, STAY, do=(send_for_page, point_to_page)),
        Row("resend", WAITING, States.CODE, when=(went_here,), do=(send_here,)),
        Row("resend", WAITING, States.CODE, when=(goes_elsewhere,), do=(send_elsewhere, tell_where)),
        Row("resend", WAITING, States.PAGE, when=(needs_person,), do=(send_for_page, point_to_page)),
        Row("resend", WAITING, States.CODE, do=(send_here,)),
        Row("resend", ANY, END, do=(start_over,)),
        Row("not_mine", ANY, END, do=(void, say("identity/voided"))),
        Row("misread", States.PAGE, STAY, when=(code_open,), do=(link_for_page_code,)),
        Row("misread", WAITING, STAY, do=(say("identity/misread"),)),
        Row("unsure", States.PAGE, STAY, do=(point_to_page,)),
        Row("unsure", WAITING, STAY, do=(ask_again,)),
        # six digits
        Row("code_heard", ANY, END, when=(blocked,), do=(say("identity/blocked"),)),
        Row("code_heard", ANY, BACK, when=(verdict(Verdict.RIGHT), for_page), do=(link_for_page_code,)),
        Row("code_heard", ANY, END, when=(verdict(Verdict.RIGHT),), do=(accept, go_on)),
        Row("code_heard", ANY, END, when=(verdict(Verdict.WRONG), last_try), do=(count_try, say("identity/blocked"))),
        Row("code_heard", ANY, BACK, when=(verdict(Verdict.WRONG),), do=(count_try, tell_tries)),
        Row(
            "code_heard", ANY, BACK, when=(verdict(Verdict.OLDER), newer_on_its_way), do=(say("identity/newer_coming"),)
        ),
        Row("code_heard", ANY, BACK, when=(verdict(Verdict.OLDER),), do=(point_to_newer,)),
        Row("code_heard", ANY, BACK, when=(verdict(Verdict.EXPIRED),), do=(say("identity/code_expired"),)),
        Row("code_heard", ANY, BACK, when=(verdict(Verdict.USED), known_already), do=(skip("code_used_already"),)),
        Row("code_heard", ANY, BACK, do=(say("identity/code_invalid"),)),
        Row("code_missing", ANY, States.PAGE, do=(link_for_hole,)),
        # what the page and the mail report
        Row("undelivered", WAITING, END, when=(gives_up,), do=(skip("blocked"),)),
        Row("undelivered", WAITING, STAY, when=(mail_failed, spent), do=(say("identity/too_many"),)),
        Row("undelivered", WAITING, States.GAP, when=(mail_failed, too_soon), do=(send_here_soon,)),
        Row("undelivered", WAITING, States.PAGE, when=(mail_failed, needs_person), do=(send_for_page, point_to_page)),
        Row("undelivered", WAITING, States.CODE, when=(mail_failed,), do=(send_here,)),
        Row("undelivered", ANY, BACK, do=(skip("nobody_waits_for_it"),)),
        Row("page_asked", ANY, BACK, when=(page_may_not_send,), do=(skip("code_limits"),)),
        Row("page_asked", ANY, BACK, do=(send_as_page_asks,)),
        Row("page_accepted", WAITING, END, do=(accept_page, go_on)),
        Row("page_accepted", ANY, BACK, do=(accept_page, skip("proved_on_page"))),
    ),
)
