"""Small FHIR resources written by hand, as servers and generators write them."""

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def patient(key: str = "ana", **fields: Any) -> Json:
    return {
        "resourceType": "Patient",
        "id": key,
        "name": [{"use": "official", "family": "Ruiz", "given": ["Ana", "Maria"]}],
        "birthDate": "1980-05-06",
        "telecom": [{"system": "phone", "value": "206-555-0177", "use": "mobile"}],
        "address": [{"postalCode": "98101", "country": "US"}],
    } | fields


def encounter(
    key: str = "visit", who: str = "Patient/ana", on: str = "2026-03-14T10:00:00-07:00", **fields: Any
) -> Json:
    return {
        "resourceType": "Encounter",
        "id": key,
        "status": "finished",
        "type": [{"text": "Encounter for check up (procedure)"}],
        "subject": {"reference": who},
        "period": {"start": on},
    } | fields


def money(value: Any, currency: str = "USD") -> Json:
    return {"value": value, "currency": currency}


def amount(category: str, value: Any) -> Json:
    return {"category": {"coding": [{"code": category}]}, "amount": money(value)}


BLUE_BUTTON = "https://bluebutton.cms.gov/resources/variables/"


def benefits(
    key: str = "eob", who: str = "Patient/ana", visit: str = "Encounter/visit", *, submitted: Any = 265.52,
    paid: Any = 112.416, coinsurance: Any = None, cover: str = "private", **fields: Any,
) -> Json:  # fmt: skip
    shares = [amount(BLUE_BUTTON + "line_coinsrnc_amt", coinsurance)] if coinsurance is not None else []
    return {
        "resourceType": "ExplanationOfBenefit",
        "id": key,
        "status": "active",
        "use": "claim",
        "outcome": "complete",
        "patient": {"reference": who},
        "created": "2026-03-20",
        "contained": [{"resourceType": "Coverage", "id": "coverage", "type": {"text": cover}}],
        "insurance": [{"focal": True, "coverage": {"reference": "#coverage", "display": cover}}],
        "item": [{"sequence": 1, "encounter": [{"reference": visit}], "adjudication": shares}],
        "total": [amount("submitted", submitted)],
        "payment": {"amount": money(paid)},
    } | fields


def invoice(key: str = "inv", who: str = "Patient/ana", total: Any = 48, **fields: Any) -> Json:
    return {
        "resourceType": "Invoice",
        "id": key,
        "status": "issued",
        "subject": {"reference": who},
        "date": "2026-03-15",
        "totalGross": money(total),
    } | fields


def account(key: str = "acc", who: str = "Patient/ana", **fields: Any) -> Json:
    return {
        "resourceType": "Account",
        "id": key,
        "status": "active",
        "subject": [{"reference": who}],
        "servicePeriod": {"start": "2026-03-14"},
    } | fields


def item(key: str = "item", price: Any = 40, visit: str = "", **fields: Any) -> Json:
    return {
        "resourceType": "ChargeItem",
        "id": key,
        "status": "billable",
        "subject": {"reference": "Patient/ana"},
        "priceOverride": money(price),
        "account": [{"reference": "Account/acc"}],
        **({"context": {"reference": visit}} if visit else {}),
    } | fields


def relative(key: str = "mom", who: str = "Patient/ana", relation: str = "MTH", **fields: Any) -> Json:
    return {
        "resourceType": "RelatedPerson",
        "id": key,
        "patient": {"reference": who},
        "relationship": [{"coding": [{"code": relation}]}],
        "name": [{"family": "Ruiz", "given": ["Rosa"]}],
        "telecom": [{"system": "phone", "value": "206-555-0178", "use": "mobile"}],
    } | fields


def bundle(*resources: Json) -> Json:
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
    }


def written(folder: Path, *resources: Json, name: str = "export.json") -> Path:
    """A file with a bundle of these."""
    path = folder / name
    path.write_text(json.dumps(bundle(*resources)), "utf-8")
    return path
