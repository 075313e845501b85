"""Each visit's charge: by its benefits, else its invoice, else its account, in the shape that charges.csv gives."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from bot.imports import cells
from bot.imports.charges import Charge
from bot.imports.fhir import costs
from bot.imports.fhir.costs import Cost
from bot.imports.fhir.fields import Notes, Resource, day, many, name_of, one, spoken, word
from bot.imports.fhir.shelf import Shelf


@dataclass(slots=True)
class Bills:
    """The rows, whose `line` is their place in `names`; those of zero are only for charges that are known already."""

    rows: list[Charge] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bill:
    """One of the three, and what we take from it."""

    resource: Resource
    charge_id: str
    patient: str
    visit: Resource
    cost: Cost
    dates: tuple[str, ...]
    about: str = ""


def bills_on(shelf: Shelf, zone: ZoneInfo, notes: Notes) -> Bills:
    """Every charge that these resources make."""
    found, ids = Bills(), set[str]()
    for bill in _bills(shelf, notes):
        row = _row(bill, len(found.names), shelf, zone, notes)
        if row and row.charge_id not in ids:
            ids.add(row.charge_id)
            found.rows.append(row)
            found.names.append(name_of(bill.resource))
    return found


def _bills(shelf: Shelf, notes: Notes) -> Iterator[Bill]:
    billed: set[str] = set()
    for benefits in shelf.all("ExplanationOfBenefit"):
        visits = _visits_of(benefits, shelf)
        cost = costs.by_benefits(benefits, shelf, notes)
        if cost:
            billed |= set(visits)
            yield _by_benefits(benefits, cost, visits, shelf)
    items = _Items(shelf)
    for invoice in shelf.all("Invoice"):
        visits = items.visits_of_invoice(invoice)
        billed.add(shelf.name(one(invoice, "account"), "Account"))
        cost = None if billed & set(visits) else costs.by_invoice(invoice, shelf, notes)
        if cost:
            billed |= set(visits)
            patient = shelf.name(one(invoice, "subject"), "Patient")
            yield _other(invoice, patient, cost, visits, (word(invoice, "date"),), shelf)
    for account in shelf.all("Account"):
        own = items.of_account(name_of(account))
        visits = [visit for item in own if (visit := items.visit(item))]
        if name_of(account) in billed or billed & set(visits):
            continue
        cost = costs.by_account(account, own, shelf, notes)
        if cost:
            patient = next((name for each in many(account, "subject") if (name := shelf.name(each, "Patient"))), "")
            dates = (word(account, "servicePeriod", "start"), *(_when(item) for item in own))
            yield _other(account, patient, cost, visits, dates, shelf)


def _by_benefits(benefits: Resource, cost: Cost, visits: list[str], shelf: Shelf) -> Bill:
    lines = many(benefits, "item")
    dates = [d for i in lines for d in (word(i, "servicedDate"), word(i, "servicedPeriod", "start"))]
    about = next((said for line in lines if (said := spoken(one(line, "productOrService")))), "")
    return Bill(
        benefits,
        word(benefits, "id"),
        shelf.name(one(benefits, "patient"), "Patient"),
        _visit(visits, shelf),
        cost,
        (*dates, word(benefits, "billablePeriod", "start"), word(benefits, "created")),
        about,
    )


def _other(
    resource: Resource, patient: str, cost: Cost, visits: list[str], dates: tuple[str, ...], shelf: Shelf
) -> Bill:
    # Ids are unique within a type only.
    charge_id = f"{word(resource, 'resourceType').lower()}-{word(resource, 'id')}"
    return Bill(resource, charge_id, patient, _visit(visits, shelf), cost, dates)


class _Items:
    """Charge items: what ties an invoice or an account to its visits."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._by_account: dict[str, list[Resource]] = {}
        for item in shelf.all("ChargeItem"):
            for account in many(item, "account"):
                self._by_account.setdefault(shelf.name(account, "Account"), []).append(item)

    def of_account(self, name: str) -> list[Resource]:
        return self._by_account.get(name, [])

    def visit(self, item: Resource) -> str:
        return self._shelf.name(one(item, "context"), "Encounter")

    def visits_of_invoice(self, invoice: Resource) -> list[str]:
        lines = many(invoice, "lineItem")
        own = [self._shelf.get(one(line, "chargeItemReference"), "ChargeItem", invoice) for line in lines]
        named = own if any(own) else self.of_account(self._shelf.name(one(invoice, "account"), "Account"))
        return list(dict.fromkeys(visit for item in named if (visit := self.visit(item))))


def _visits_of(benefits: Resource, shelf: Shelf) -> list[str]:
    references = (each for item in many(benefits, "item") for each in many(item, "encounter"))
    return list(dict.fromkeys(name for each in references if (name := shelf.name(each, "Encounter"))))


def _visit(names: list[str], shelf: Shelf) -> Resource:
    if not names:
        return {}
    return shelf.get({"reference": names[0]}, "Encounter") or {"id": names[0].partition("/")[2]}


def _when(item: Resource) -> str:
    return word(item, "occurrenceDateTime") or word(item, "occurrencePeriod", "start")


def _row(bill: Bill, line: int, shelf: Shelf, zone: ZoneInfo, notes: Notes) -> Charge | None:
    written = (word(bill.visit, "period", "start"), *bill.dates)
    on = next((found for each in written if each and (found := day(each, zone))), None)
    patient = bill.patient.partition("/")[2]
    if not patient or on is None:
        notes.odd(bill.resource, "patient" if not patient else "date", "cannot be read; no charge was made")
        return None
    if max(bill.cost.owes_cents, bill.cost.billed_cents or 0) > cells.MOST_CENTS:
        notes.odd(bill.resource, "total", "is more money than a bill can hold; no charge was made")
        return None
    try:
        return Charge(
            line,
            cells.identifier(bill.charge_id),
            cells.identifier(patient),
            on,
            bill.cost.owes_cents,
            cells.identifier(word(bill.visit, "id") or _day_visit(patient, on)),
            _provider(bill, shelf),
            _short(word(shelf.get(one(bill.visit, "serviceProvider"), "Organization"), "name")),
            _short(spoken(one(bill.visit, "type")) or bill.about),
            bill.cost.billed_cents,
            bill.cost.insurance_paid_cents,
            bill.cost.adjustment_cents,
        )
    except cells.CellError as fault:
        notes.odd(bill.resource, "id", f"{fault}; no charge was made")
        return None


def _day_visit(patient: str, on: date) -> str:
    """Charges of one day without a visit of their own are one visit, as in charges.csv."""
    return f"{patient[:80]} {on}"


def _provider(bill: Bill, shelf: Shelf) -> str | None:
    seen = [one(each, "individual") for each in many(bill.visit, "participant")] + [one(bill.resource, "provider")]
    for reference in seen:
        name = one(shelf.get(reference, "Practitioner"), "name")
        parts = (word(name, "prefix"), word(name, "given"), word(name, "family"))
        said = " ".join(part for part in parts if part) or word(name, "text") or word(reference, "display")
        if said:
            return _short(said)
    return None


def _short(said: str) -> str | None:
    return cells.text(said[:200]) or None
