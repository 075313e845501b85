"""What a patient owes, and a link to pay it."""

from datetime import timedelta

from sqlalchemy import Connection

from bot.facts.balances import open_charges
from bot.notices import UnknownPatientError, find_patient
from bot.paying.invitations.pay_links import CannotLinkError, make_link
from bot.store import ledger, links
from bot.web.api.operations import Call, Done, operation
from bot.web.api.problems import invalid, not_found
from bot.web.api.shapes import Balance, OpenCharge, PayLink, PayLinkAsked

PLACE = "{link}"
"""Where the token stands in an answer that is kept: links rest as hashes only."""
NO_PATIENT = {404: "The practice has no such patient."}


@operation("GET", "/patients/{patient_id}/balance", {200: "The balance."}, Balance, refusals=NO_PATIENT)
def get_balance(conn: Connection, call: Call) -> Done:
    """What a patient owes now, and for what."""
    patient_id = call.path["patient_id"]
    try:
        person = find_patient(conn, call.practice, patient_id)
    except UnknownPatientError:
        raise not_found("patient") from None
    owed = ledger.balances(conn, [person.id])[person.id]
    charges = [
        OpenCharge(
            charge_id=one.charge_id,
            service_date=one.service_on,
            provider=one.provider,
            description=one.description,
            patient_owes_cents=one.patient_owes_cents,
            remaining_cents=one.remaining_cents,
        )
        for one in open_charges(conn, person.id)
    ]
    return Done(Balance(balance_cents=owed, charges=charges), seen={"patient_id": patient_id})


def put_token(conn: Connection, call: Call, body: str) -> str:
    """The token into the answer, made again from the Idempotency-Key where the request was sent again."""
    made = next(token for token in call.tokens if links.find(conn, call.world.keys, token))
    return body.replace(PLACE, made)


@operation("POST", "/pay-links", {201: "The link."}, PayLink, body=PayLinkAsked, refusals=NO_PATIENT, reveal=put_token)
def post_pay_link(conn: Connection, call: Call) -> Done:
    """Make a pay link to paste elsewhere. Whoever opens it is asked for a code that goes to the patient."""
    asked: PayLinkAsked = call.body
    try:
        make_link(
            conn,
            call.world.keys,
            call.practice,
            asked.patient_id,
            asked.amount_cents,
            lambda: call.now,
            made_by="api",
            token=call.tokens[0],
        )
    except UnknownPatientError:
        raise not_found("patient", ("patient_id", "is no patient of the practice")) from None
    except CannotLinkError as error:
        field = "patient_id" if asked.amount_cents is None else "amount_cents"
        raise invalid((field, str(error))) from None
    expires_at = call.now + timedelta(minutes=call.practice.file.policy.link_minutes)
    answer = PayLink(url=f"{call.public_url}/p/{PLACE}", expires_at=expires_at)
    return Done(answer, 201, {"patient_id": asked.patient_id, "amount_cents": asked.amount_cents})
