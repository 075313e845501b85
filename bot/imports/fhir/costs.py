"""What a patient owes by an explanation of benefits, an invoice, or an account."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.imports.fhir.fields import Notes, Resource, cents, codes, dollars, many, one, word
from bot.imports.fhir.shelf import Shelf

ZERO = Decimal(0)
SUBMITTED = ("submitted", "sbmtd_chrg")
PAID = ("benefit", "prvdr_pmt", "paidtoprovider", "payment")
PATIENTS_SHARE = ("coins", "copay", "deductible", "ddctbl")
"""How an insurer's categories of what is left to the patient are called: HL7's own, Blue Button's, CARIN's."""
LIABILITY = ("memberliability", "patientresponsibility")
SELF_PAY = {"no_insurance", "self-pay", "selfpay", "self pay", "pay", "none", "uninsured"}
SIGNS = {"base": 1, "surcharge": 1, "tax": 1, "deduction": -1, "discount": -1}


@dataclass(frozen=True, slots=True)
class Cost:
    """The patient's share, and how it came about where that is known."""

    owes_cents: int
    billed_cents: int | None = None
    insurance_paid_cents: int | None = None

    @property
    def adjustment_cents(self) -> int | None:
        """What nobody pays: the insurer's contract took it off."""
        if self.billed_cents is None or self.insurance_paid_cents is None:
            return None
        return max(0, self.billed_cents - self.insurance_paid_cents - self.owes_cents)


NOTHING = Cost(0)


def by_benefits(benefits: Resource, shelf: Shelf, notes: Notes) -> Cost | None:
    """None: it does not say. Uninsured, it is what was submitted less what was paid; insured, the insurer decides."""
    if word(benefits, "use") not in {"", "claim"} or word(benefits, "outcome") in {"queued", "error"}:
        return None
    if word(benefits, "status") not in {"", "active"}:
        return NOTHING
    if _in_other_money(benefits):
        notes.odd(benefits, "currency", "is not dollars; no charge was made")
        return None
    submitted = _first(_total(benefits, SUBMITTED), _sum(_net(benefits)))
    stated = dollars(one(benefits, "payment", "amount"))
    paid = _first(stated, _total(benefits, PAID), _sum(_lines(benefits, PAID))) or ZERO
    share = _share(benefits, shelf, submitted, paid, notes)
    if share is None:
        notes.odd(benefits, "total", "cannot be read; no charge was made")
        return None
    return Cost(max(0, cents(share)), cents(submitted) if submitted is not None else None, cents(paid))


def _share(benefits: Resource, shelf: Shelf, submitted: Decimal | None, paid: Decimal, notes: Notes) -> Decimal | None:
    told = _first(_total(benefits, LIABILITY))
    if told is not None:
        return told
    if _insured(benefits, shelf):
        share = _first(_total(benefits, PATIENTS_SHARE), _sum(_lines(benefits, PATIENTS_SHARE)))
        if share is not None or not paid:
            # An insurer that neither paid nor left anything to the patient left nothing to pay.
            return share or ZERO
        notes.odd(benefits, "adjudication", "names no share of the patient; submitted less paid was taken")
    return submitted - paid if submitted is not None else None


def _insured(benefits: Resource, shelf: Shelf) -> bool:
    return any(_is_insurance(one(insurance, "coverage"), shelf, benefits) for insurance in many(benefits, "insurance"))


def _is_insurance(reference: Resource, shelf: Shelf, inside: Resource) -> bool:
    coverage = shelf.get(reference, "Coverage", inside)
    payors = many(coverage, "payor")
    said = codes(one(coverage, "type")) | {word(each, "display").lower() for each in (reference, *payors)}
    by_themselves = payors and all(shelf.name(each, "Patient") or shelf.name(each, "RelatedPerson") for each in payors)
    return not said & SELF_PAY and not by_themselves


def by_invoice(invoice: Resource, shelf: Shelf, notes: Notes) -> Cost | None:
    """None: it does not say, or somebody else is to pay it."""
    if word(invoice, "status") not in {"", "issued"}:
        return NOTHING if word(invoice, "status") != "draft" else None
    if shelf.name(one(invoice, "recipient"), "Organization"):
        return NOTHING
    total = _first(dollars(one(invoice, "totalGross")), dollars(one(invoice, "totalNet")), _sum(_priced(invoice)))
    if total is None:
        notes.odd(invoice, "totalGross", "cannot be read as dollars; no charge was made")
        return None
    return Cost(max(0, cents(total)), max(0, cents(total)))


def _priced(invoice: Resource) -> Iterator[Decimal]:
    for line in many(invoice, "lineItem"):
        for part in many(line, "priceComponent"):
            amount = dollars(one(part, "amount"))
            if amount is not None:
                yield amount * SIGNS.get(word(part, "type"), 0)


def by_account(account: Resource, items: Sequence[Resource], shelf: Shelf, notes: Notes) -> Cost | None:
    """Its own balance, else its items. While an insurer may still pay, the items say nothing of the patient's share."""
    if word(account, "status") in {"entered-in-error", "inactive"}:
        return NOTHING
    balance = _balance(account)
    if balance is not None:
        return Cost(max(0, cents(balance)))
    live = [item for item in items if word(item, "status") in {"", "billable", "billed"}]
    if not live:
        return None
    if any(_is_insurance(one(cover, "coverage"), shelf, account) for cover in many(account, "coverage")):
        notes.odd(account, "coverage", "is insured, and no benefits say what is left to pay; no charge was made")
        return None
    prices = [_price(item) for item in live]
    if None in prices:
        notes.odd(account, "", "has an item without a price in dollars; no charge was made")
        return None
    total = cents(sum((price for price in prices if price is not None), ZERO))
    return Cost(max(0, total), max(0, total))


def _balance(account: Resource) -> Decimal | None:
    """R5's list, where one is the patient's; or the one amount of older versions."""
    balances = many(account, "balance")
    own = [each for each in balances if codes(one(each, "aggregate")) & {"patient"}]
    for each in (*own, *balances):
        if not one(each, "aggregate") or each in own:
            amount = _first(dollars(one(each, "amount")), dollars(each))
            if amount is not None:
                return amount
    return None


def _price(item: Resource) -> Decimal | None:
    price = dollars(one(item, "priceOverride"))
    quantity = dollars({"value": one(item, "quantity").get("value", 1)})
    return None if price is None or quantity is None else price * quantity


def _first(*amounts: Decimal | None) -> Decimal | None:
    return next((amount for amount in amounts if amount is not None), None)


def _sum(amounts: Iterator[Decimal]) -> Decimal | None:
    found = list(amounts)
    return sum(found, ZERO) if found else None


def _total(benefits: Resource, called: Sequence[str]) -> Decimal | None:
    return _sum(_amounts(many(benefits, "total"), called))


def _lines(benefits: Resource, called: Sequence[str]) -> Iterator[Decimal]:
    # Details repeat what their item sums up.
    for item in (*many(benefits, "item"), *many(benefits, "addItem")):
        yield from _amounts(many(item, "adjudication"), called)


def _amounts(parts: Sequence[Resource], called: Sequence[str]) -> Iterator[Decimal]:
    for part in parts:
        if any(name in code for code in codes(one(part, "category")) for name in called):
            amount = dollars(one(part, "amount"))
            if amount is not None:
                yield amount


def _net(benefits: Resource) -> Iterator[Decimal]:
    return (net for item in many(benefits, "item") if (net := dollars(one(item, "net"))) is not None)


def _in_other_money(benefits: Resource) -> bool:
    amounts = [one(total, "amount") for total in many(benefits, "total")] + [one(benefits, "payment", "amount")]
    return any(word(amount, "currency").upper() not in {"", "USD"} for amount in amounts)
