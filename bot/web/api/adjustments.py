"""Write-offs, cancelled charges and credits, and taking them back."""

from sqlalchemy import Connection

from bot.paying.books import adjusting
from bot.paying.books.adjusting import (
    AboveError,
    Adjusted,
    Kind,
    NoSuchAdjustmentError,
    NoSuchChargeError,
    UndoneError,
    Wanted,
)
from bot.web.api.money_shapes import Adjustment, AdjustmentAsked, UndoAsked
from bot.web.api.operations import Call, Done, operation
from bot.web.api.problems import Problem, invalid, not_found
from conversations.money import dollars

NO_CHARGE = {404: "The practice has no such charge."}
NO_ADJUSTMENT = {404: "The practice made no such adjustment.", 409: "It was undone already."}
LARGEST_ID = 2**63 - 1


@operation("POST", "/adjustments", {201: "It is in the books."}, Adjustment, body=AdjustmentAsked, refusals=NO_CHARGE)
def post_adjustment(conn: Connection, call: Call) -> Done:
    """Write off, cancel or credit what remains of a charge, or move to the patient what the insurer does not pay."""
    asked: AdjustmentAsked = call.body
    wanted = Wanted(call.practice.id, asked.charge_id, Kind(asked.kind), asked.amount_cents, asked.reason)
    try:
        made = adjusting.adjust(conn, wanted, call.now)
    except NoSuchChargeError:
        raise not_found("charge", ("charge_id", "is no charge of the practice")) from None
    except AboveError as error:
        left = dollars(error.left_cents)
        raise invalid(("amount_cents", f"is more than remains of this charge; {left} does")) from None
    return _done(made)


@operation(
    "POST",
    "/adjustments/{id}/undo",
    {201: "It is undone."},
    Adjustment,
    body=UndoAsked,
    refusals=NO_ADJUSTMENT,
)
def undo_adjustment(conn: Connection, call: Call) -> Done:
    """Take an adjustment back, by a second entry in the books. Nothing is undone twice."""
    key = call.path["id"]
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 20 else 0
    try:
        made = adjusting.undo(conn, call.practice.id, min(number, LARGEST_ID), call.body.reason, call.now)
    except NoSuchAdjustmentError:
        raise not_found("adjustment") from None
    except UndoneError:
        raise Problem(409, "This adjustment was undone already.", name="undone-already") from None
    return _done(made)


def _done(made: Adjusted) -> Done:
    answer = Adjustment(
        id=str(made.id),
        charge_id=made.charge_id,
        kind=made.kind.value,
        amount_cents=made.amount_cents,
        reason=made.reason,
        at=made.at,
        balance_cents=made.balance_cents,
        undone=made.undone,
    )
    seen = {"charge_id": made.charge_id, "entry_id": made.id, "kind": made.kind.value, "cents": made.amount_cents}
    return Done(answer, 201, seen)
