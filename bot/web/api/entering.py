"""A visit that is entered by hand: its charge, and miscellaneous lines beside it."""

from datetime import date

from sqlalchemy import Connection

from bot.imports import cells
from bot.imports.cells import CellError
from bot.paying.books import entering
from bot.paying.books.entering import Item, KnownChargeError, NewVisit, OtherVisitError
from bot.store import ledger
from bot.web.api.money_shapes import VisitAsked, VisitEntered
from bot.web.api.operations import Call, Done, operation
from bot.web.api.people import NO_PATIENT, patient_of
from bot.web.api.problems import Error, Problem, invalid

REFUSED = NO_PATIENT | {409: "A charge of that id is there already: PUT /charges/{charge_id} changes it."}


def read_visit(call: Call) -> NewVisit:
    """What is entered, with the ids and the date checked as those of a file are. Raises Problem."""
    asked: VisitAsked = call.body
    wrong: list[Error] = []
    named = [("encounter_id", asked.encounter_id)]
    named += [(f"items.{n}.charge_id", item.charge_id) for n, item in enumerate(asked.items)]
    ids = [name for _, name in named[1:] if name]
    wrong += [(field, why) for field, name in named if name and (why := _unfit(name))]
    if len(ids) != len(set(ids)):
        wrong.append(("items", "name one charge_id twice"))
    day = date.min
    try:
        day = cells.day(asked.service_date)
    except CellError as error:
        wrong.append(("service_date", str(error)))
    if wrong:
        raise invalid(*wrong)
    items = tuple(Item(one.description, one.amount_cents, one.reason, one.charge_id or "") for one in asked.items)
    more = (asked.provider or "", asked.location or "", asked.encounter_id or "")
    return NewVisit(asked.patient_id, day, items, *more)


@operation(
    "POST",
    "/charges",
    {201: "They are in the books."},
    VisitEntered,
    body=VisitAsked,
    first=read_visit,
    refusals=REFUSED,
)
def post_charges(conn: Connection, call: Call) -> Done:
    """Enter a charge by hand, and miscellaneous line items with it: each one entry in the books, with its reason."""
    visit: NewVisit = call.read
    person = patient_of(conn, call, visit.patient_id, "patient_id")
    try:
        made = entering.enter(conn, call.practice, visit, call.now)
    except KnownChargeError:
        raise Problem(409, "A charge of that id is there already; change it by PUT.", name="known-charge") from None
    except OtherVisitError:
        raise invalid(("encounter_id", "is a visit of another patient")) from None
    answer = VisitEntered(charge_ids=list(made), balance_cents=ledger.balances(conn, [person.id])[person.id])
    return Done(answer, 201, {"patient_id": visit.patient_id, "charge_ids": list(made)})


def _unfit(name: str) -> str:
    try:
        cells.identifier(name)
    except CellError as error:
        return str(error)
    return "begins or ends with a space" if name != name.strip() else ""
