"""Saved cards: listed, charged for one patient or a family, and removed."""

from collections.abc import Mapping

from sqlalchemy import Connection

from bot.paying.saved_cards import by_staff
from bot.paying.saved_cards.by_staff import AboveBalanceError, CannotChargeError, NotTheirsError, Wanted
from bot.store import cards
from bot.web.api.cursors import Listed
from bot.web.api.money_shapes import Card, CardCharge, CardChargeAsked, CardRemoved, FamilyPaymentAsked
from bot.web.api.operations import Call, Done, operation
from bot.web.api.people import NO_PATIENT, patient_of
from bot.web.api.problems import Error, Problem, invalid, not_found
from conversations.money import dollars

REFUSED = NO_PATIENT | {409: "No card may be charged, or another payment is under way; `reason` says which."}
NO_CARD = {404: "The practice has no such patient, or they no such card."}
LARGEST_ID = 2**63 - 1


@operation("GET", "/patients/{patient_id}/cards", {200: "The cards."}, Listed[Card], refusals=NO_PATIENT)
def get_cards(conn: Connection, call: Call) -> Done:
    """List a patient's saved cards, the newest first."""
    person = patient_of(conn, call, call.path["patient_id"])
    found = [
        Card(
            card_id=str(one.id),
            brand=one.brand,
            last4=one.last4,
            expires_on=one.expires_on,
            held_until=one.held_until,
        )
        for one in cards.of(conn, [person.id]).get(person.id, ())
    ]
    return Done(Listed[Card](items=found, next=None), seen={"patient_id": call.path["patient_id"]})


@operation("POST", "/card-charges", {201: "It is on its way."}, CardCharge, body=CardChargeAsked, refusals=REFUSED)
def post_card_charge(conn: Connection, call: Call) -> Done:
    """Charge a saved card that the patient, or who pays for them, agreed to. What came of it is told to them."""
    asked: CardChargeAsked = call.body
    person = patient_of(conn, call, asked.patient_id, "patient_id")
    wanted = Wanted({person.id: asked.amount_cents}, call.who, _card_id(asked.card_id))
    return _charged(conn, call, wanted, {person.id: "amount_cents"}, {"patient_id": asked.patient_id})


@operation(
    "POST", "/family-payments", {201: "It is on its way."}, CardCharge, body=FamilyPaymentAsked, refusals=REFUSED
)
def post_family_payment(conn: Connection, call: Call) -> Done:
    """Take one payment for several patients from the saved card of whoever pays for them; each gets a receipt."""
    asked: FamilyPaymentAsked = call.body
    payer = patient_of(conn, call, asked.guarantor_id, "guarantor_id")
    shares: dict[int, int] = {}
    fields: dict[int, str] = {}
    for n, one in enumerate(asked.shares):
        person = patient_of(conn, call, one.patient_id, f"shares.{n}.patient_id")
        if person.id in shares:
            raise invalid((f"shares.{n}.patient_id", "is there twice"))
        shares[person.id], fields[person.id] = one.amount_cents, f"shares.{n}.amount_cents"
    wanted = Wanted(shares, call.who, _card_id(asked.card_id), payer.id)
    return _charged(conn, call, wanted, fields, {"guarantor_id": asked.guarantor_id})


@operation(
    "DELETE",
    "/patients/{patient_id}/cards/{card_id}",
    {200: "It is removed."},
    CardRemoved,
    refusals=NO_CARD,
)
def delete_card(conn: Connection, call: Call) -> Done:
    """Remove a saved card: it is not charged any more, and the processor forgets it."""
    person = patient_of(conn, call, call.path["patient_id"])
    card_id = _card_id(call.path["card_id"])
    card = cards.find(conn, card_id, lock=True) if card_id else None
    if card is None or card.person_id != person.id or not cards.remove(conn, card.id, call.who, call.now):
        raise not_found("card")
    answer = CardRemoved(card_id=str(card.id), removed=True)
    return Done(answer, seen={"patient_id": call.path["patient_id"], "card_id": card.id})


def _charged(conn: Connection, call: Call, wanted: Wanted, fields: Mapping[int, str], seen: Mapping[str, str]) -> Done:
    try:
        made, card = by_staff.charge(conn, call.world, call.practice, wanted, call.now)
    except AboveBalanceError as error:
        owed = f"is more than this patient owes, {dollars(error.owed_cents)}"
        raise invalid((fields[error.person_id], owed)) from None
    except NotTheirsError as error:
        field = fields[error.person_id].replace("amount_cents", "patient_id")
        raise invalid((field, "is nobody whom the guarantor pays for")) from None
    except CannotChargeError as error:
        if error.reason == "no_card" and wanted.card_id is not None:
            raise not_found("card", _no_card()) from None
        raise Problem(409, str(error), name="cannot-charge", reason=error.reason) from None
    answer = CardCharge(
        payment_id=made.public_id,
        state=made.state,
        amount_cents=made.amount_cents,
        card_id=str(card.id),
        at=made.made_at,
    )
    return Done(answer, 201, {**seen, "payment_id": made.public_id, "cents": made.amount_cents})


def _no_card() -> Error:
    return "card_id", "is no saved card of theirs"


def _card_id(said: str | None) -> int | None:
    """Zero is nobody's: so is whatever is no number."""
    if said is None:
        return None
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 20 else 0
    return number if number <= LARGEST_ID else 0
