"""A patient's timeline, and asking them for a payment."""

from sqlalchemy import Connection

from bot.desk import happened
from bot.desk.history import history
from bot.notices import State, UnknownPatientError
from bot.paying.invitations import requests
from bot.paying.invitations.requests import CannotLinkError, NoPlanError, Requested, Wanted
from bot.web.api import cursors
from bot.web.api.cursors import Listed, Piece
from bot.web.api.money_shapes import Happened, PaymentRequest, PaymentRequestAsked
from bot.web.api.operations import Call, Done, operation
from bot.web.api.people import NO_PATIENT, patient_of
from bot.web.api.problems import invalid, not_found


@operation(
    "GET",
    "/patients/{patient_id}/history",
    {200: "A piece of the timeline."},
    Listed[Happened],
    query=Piece,
    refusals=NO_PATIENT,
)
def get_history(conn: Connection, call: Call) -> Done:
    """Read what happened to a patient's balance, and what was sent, saved and agreed beside it; newest first."""
    person, asked = patient_of(conn, call, call.path["patient_id"]), call.query
    of = f"history:{person.id}"
    mark = cursors.unpack(of, asked.cursor, 2)
    rest = [
        one
        for one in history(conn, call.practice.id, person.id)
        if mark is None or one.place < (mark[0], mark[1][0], mark[1][1])
    ]
    shown = rest[: asked.limit]
    following = cursors.pack(of, *shown[-1].place) if len(rest) > asked.limit else None
    answer = Listed[Happened](items=[_shown(one) for one in shown], next=following)
    return Done(answer, seen={"patient_id": call.path["patient_id"], "lines": len(shown)})


@operation(
    "POST",
    "/payment-requests",
    {201: "It waits to be sent, or a rule holds it back."},
    PaymentRequest,
    body=PaymentRequestAsked,
    refusals=NO_PATIENT,
)
def post_payment_request(conn: Connection, call: Call) -> Done:
    """Ask a patient for a payment by text or mail, for a part or all of it, or offer a plan. All rules hold."""
    asked: PaymentRequestAsked = call.body
    if asked.plan and asked.amount_cents is not None:
        raise invalid(("amount_cents", "goes with no plan: a plan is about everything they owe"))
    wanted = Wanted(asked.patient_id, asked.channel, asked.amount_cents, asked.plan, call.who)
    try:
        made = requests.request(conn, call.world, call.practice, wanted, call.now)
    except UnknownPatientError:
        raise not_found("patient", ("patient_id", "is no patient of the practice")) from None
    except CannotLinkError as error:
        raise invalid(("amount_cents", str(error))) from None
    except NoPlanError as error:
        raise invalid(("plan", str(error))) from None
    answer = PaymentRequest(
        id=_id(made),
        status="queued" if made.notice.state is State.QUEUED else "held",
        held_by=made.notice.rule or None,
    )
    seen = {"patient_id": asked.patient_id, "amount_cents": asked.amount_cents, "held_by": answer.held_by}
    return Done(answer, 201, seen, made.woke)


def _id(made: Requested) -> str:
    """The message, as the log of the conversation calls it; else what was asked for and not written."""
    if made.notice.outbox_id is not None:
        return f"out-{made.notice.outbox_id}"
    return f"in-{made.inbox_id}" if made.inbox_id is not None else ""


def _shown(one: happened.Happened) -> Happened:
    return Happened(
        id=one.id,
        at=one.at,
        event=one.event,
        text=one.text,
        plan_id=str(one.plan_id) if one.plan_id is not None else None,
        status=one.status,
        amount_cents=one.amount_cents,
        change_cents=one.change_cents,
        balance_cents=one.balance_cents,
        why=one.why or None,
    )
