"""Money that was taken: recorded when it was taken elsewhere, listed, and given back."""

from sqlalchemy import Connection

from bot.desk.payments import Payment as Listed_
from bot.desk.payments import payments_of
from bot.imports import single
from bot.imports.payments import Payment as Row
from bot.imports.report import Problems, RefusedError
from bot.paying.books import elsewhere, refunds
from bot.paying.books.elsewhere import AboveBalanceError, CannotUndoError
from bot.paying.books.refunds import NoSuchPaymentError, TooMuchError, Wanted
from bot.store import entries, ledger
from bot.web.api import cursors
from bot.web.api.cursors import Listed, Piece
from bot.web.api.money_shapes import Payment, PaymentFields, PaymentTaken, PaymentUndone, Refund, RefundAsked, UndoAsked
from bot.web.api.operations import Call, Done, operation
from bot.web.api.patients import named, warned, written
from bot.web.api.people import NO_PATIENT, patient_of
from bot.web.api.problems import Problem, invalid, not_found
from conversations.money import dollars

NO_PAYMENT = {404: "The practice has no such payment."}


def read_payment(call: Call) -> tuple[Row, Problems]:
    """The cells of a row, read as those of a file are."""
    try:
        return single.read_payment(dict(written(call.body)))
    except RefusedError as error:
        raise invalid(*named(error.problems.errors)) from None


@operation(
    "POST",
    "/payments",
    {201: "It is in the books."},
    PaymentTaken,
    body=PaymentFields,
    first=read_payment,
    refusals=NO_PATIENT,
)
def post_payment(conn: Connection, call: Call) -> Done:
    """Record money that the practice took itself. A payment id that is in the books already changes nothing."""
    payment, problems = call.read
    person = patient_of(conn, call, payment.patient_id, "patient_id")
    try:
        counts = elsewhere.record(conn, call.practice.id, payment, problems, call.now)
    except RefusedError as error:
        raise invalid(*named(error.problems.errors)) from None
    except AboveBalanceError as error:
        words = f"is more than this patient owes, {dollars(error.owed_cents)}; what is over can come in by a file"
        raise invalid(("amount_cents", words)) from None
    answer = PaymentTaken(
        payment_id=payment.payment_id,
        changed=bool(counts.new),
        balance_cents=ledger.balances(conn, [person.id])[person.id],
        warnings=warned(problems),
    )
    return Done(answer, 201, {"payment_id": payment.payment_id, "patient_id": payment.patient_id})


@operation(
    "POST",
    "/payments/{payment_id}/undo",
    {201: "It counts no more."},
    PaymentUndone,
    body=UndoAsked,
    refusals=NO_PAYMENT | {409: "Something of it was given back already."},
)
def undo_payment(conn: Connection, call: Call) -> Done:
    """Take back the record of money taken elsewhere, when it was a mistake. What we took ourselves is refunded."""
    payment_id = call.path["payment_id"]
    if "\0" in payment_id:
        raise not_found("payment")
    try:
        entry_id = elsewhere.undo(conn, call.practice.id, payment_id, call.body.reason, call.now)
    except NoSuchPaymentError:
        raise not_found("payment") from None
    except CannotUndoError:
        words = "Something of this payment was given back already; POST /refunds gives back what is left of it."
        raise Problem(409, words, name="given-back-already") from None
    (posted,) = entries.by_ids(conn, call.practice.id, [entry_id])
    person = posted.lines[0].person_id
    owed = ledger.balances(conn, [person])[person]
    answer = PaymentUndone(payment_id=payment_id, undone=True, balance_cents=owed)
    return Done(answer, 201, {"payment_id": payment_id})


@operation(
    "GET",
    "/patients/{patient_id}/payments",
    {200: "A piece of the list."},
    Listed[Payment],
    query=Piece,
    refusals=NO_PATIENT,
)
def get_payments(conn: Connection, call: Call) -> Done:
    """List what a patient paid, here and elsewhere, and the tries that came to nothing; newest first."""
    person, asked = patient_of(conn, call, call.path["patient_id"]), call.query
    of = f"payments:{person.id}"
    mark = cursors.unpack(of, asked.cursor, 1)
    every = payments_of(conn, call.practice.id, person.id)
    rest = [one for one in every if mark is None or one.place < (mark[0], mark[1][0])]
    shown = rest[: asked.limit]
    following = cursors.pack(of, *shown[-1].place) if len(rest) > asked.limit else None
    answer = Listed[Payment](items=[_shown(one) for one in shown], next=following)
    return Done(answer, seen={"patient_id": call.path["patient_id"], "payments": len(shown)})


@operation("POST", "/refunds", {201: "It is asked for."}, Refund, body=RefundAsked, refusals=NO_PAYMENT)
def post_refund(conn: Connection, call: Call) -> Done:
    """Give back a payment, or a part of it, to where it came from, and say whether it is still owed."""
    asked: RefundAsked = call.body
    wanted = Wanted(call.practice.id, asked.payment_id, asked.amount_cents, asked.reason, asked.still_owed, call.who)
    try:
        answer = _refund(conn, wanted, call)
    except NoSuchPaymentError:
        raise not_found("payment", ("payment_id", "is no payment that this practice took")) from None
    except TooMuchError as error:
        words = f"is more than is left of this payment; {dollars(error.left_cents)} is"
        raise invalid(("amount_cents", words)) from None
    return Done(answer, 201, {"payment_id": asked.payment_id, "refund_id": answer.id, "cents": asked.amount_cents})


def _refund(conn: Connection, wanted: Wanted, call: Call) -> Refund:
    told = {
        "payment_id": wanted.payment,
        "amount_cents": wanted.amount_cents,
        "reason": wanted.reason,
        "still_owed": wanted.still_owed,
        "at": call.now,
    }
    try:
        row = refunds.ask(conn, wanted, call.now)
    except NoSuchPaymentError:
        return Refund(id=str(elsewhere.refund(conn, wanted, call.now).id), state="done", **told)
    return Refund(id=row.public_id, state="asked", **told)


def _shown(one: Listed_) -> Payment:
    return Payment(
        payment_id=one.payment_id,
        at=one.at,
        amount_cents=one.amount_cents,
        share_cents=one.share_cents,
        refunded_cents=one.refunded_cents,
        disputed_cents=one.disputed_cents,
        method=one.method,
        card=one.card or None,
        reference=one.reference or None,
        state=one.state,
    )
