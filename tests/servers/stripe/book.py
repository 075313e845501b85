"""The stand-in's memory: objects with Stripe's shapes, what happens to them, and the events about it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Told = dict[str, Any]

CARDS: dict[str, tuple[str, str, str]] = {
    # what the bank says at the page, what it says without the patient, the last four
    "approve": ("", "", "4242"),
    "decline": ("generic_decline", "generic_decline", "0002"),
    "poor": ("insufficient_funds", "insufficient_funds", "9995"),
    "poor_later": ("", "insufficient_funds", "0341"),
    "needs_patient": ("", "authentication_required", "3184"),
    "stolen": ("stolen_card", "stolen_card", "9979"),
    "stolen_later": ("", "stolen_card", "9971"),
    "slow": ("", "processing", "0077"),
}


class RefusedError(Exception):
    """An answer in the 400s."""

    def __init__(self, status: int, code: str, **more: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.more = status, code, more


@dataclass
class Book:
    """Everything, of all accounts."""

    clock: Callable[[], datetime]
    live: bool = False
    objects: dict[str, Told] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    """Whose each object is."""
    events: list[Told] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def now(self) -> int:
        return int(self.clock().timestamp())

    def new(self, prefix: str, kind: str, account: str, **told: Any) -> Told:
        name = f"{prefix}_{next(self._numbers):06d}"
        self.objects[name] = {"id": name, "object": kind, "created": self.now(), "livemode": self.live} | told
        self.accounts[name] = account
        return self.objects[name]

    def get(self, account: str, object_id: str, kind: str = "") -> Told:
        found = self.objects.get(object_id)
        if found is None or self.accounts[object_id] != account or (kind and found["object"] != kind):
            raise RefusedError(404, "resource_missing", param="id")
        return found

    def every(self, account: str, kind: str, **where: Any) -> list[Told]:
        """Newest first."""
        mine = [one for name, one in self.objects.items() if one["object"] == kind and self.accounts[name] == account]
        return [one for one in reversed(mine) if all(one.get(name) == value for name, value in where.items())]

    def tell(self, kind: str, about: Told) -> Told:
        """Note an event."""
        account = self.accounts[about["id"]]
        event = {
            "id": f"evt_{next(self._numbers):06d}", "object": "event", "type": kind, "created": self.now(),
            "livemode": self.live, "data": {"object": _copy(about)}, "api_version": "2026-10-28.endive",
        }  # fmt: skip
        self.events.append(event | ({"account": account} if account else {}))
        return self.events[-1]

    def open_session(self, account: str, params: Told) -> Told:
        now, ends_at = self.now(), params.get("expires_at", self.now() + 86_400)
        if not timedelta(minutes=30) <= timedelta(seconds=ends_at - now) <= timedelta(hours=24):
            raise RefusedError(400, "parameter_invalid", param="expires_at")
        if params.get("customer"):
            self.get(account, params["customer"], "customer")
        paying = params["mode"] == "payment"
        total = sum(one["quantity"] * one["price_data"]["unit_amount"] for one in params.get("line_items", ()))
        if paying and total < 50:
            raise RefusedError(400, "amount_too_small", param="line_items")
        return self.new(
            "cs_test", "checkout.session", account,
            mode=params["mode"], status="open", payment_status="unpaid" if paying else "no_payment_required",
            amount_total=total if paying else None, currency="usd", expires_at=ends_at, url="", payment_intent=None,
            setup_intent=None, client_reference_id=params.get("client_reference_id"),
            customer=params.get("customer"), metadata=params.get("metadata", {}),
            success_url=params.get("success_url"), cancel_url=params.get("cancel_url"), asked=params,
        )  # fmt: skip

    def expire(self, account: str, session_id: str) -> Told:
        session = self.get(account, session_id, "checkout.session")
        self.lapse(session)
        if session["status"] != "open":
            raise RefusedError(400, "checkout_session_not_open")
        session["status"] = "expired"
        self.tell("checkout.session.expired", session)
        return session

    def lapse(self, session: Told) -> None:
        """A page ends by itself."""
        if session["status"] == "open" and self.now() >= session["expires_at"]:
            session["status"] = "expired"
            self.tell("checkout.session.expired", session)

    def pay(self, session_id: str, card: str = "approve") -> bool:
        """The patient presses the button of the hosted page. False: the bank said no, and they may take another."""
        session, account = self.objects[session_id], self.accounts[session_id]
        self.lapse(session)
        if session["status"] != "open":
            raise RefusedError(400, "checkout_session_not_open")
        asked, keeps = session["asked"], session["asked"].get("payment_intent_data", {}).get("setup_future_usage")
        if asked.get("customer_creation") == "always" and not session["customer"]:
            session["customer"] = self.new("cus", "customer", account)["id"]
        method = self.method(account, card, session["customer"] if keeps or asked["mode"] == "setup" else None)
        if asked["mode"] == "setup":
            setup = self.new("seti", "setup_intent", account, status="succeeded", payment_method=method["id"])
            session |= {"setup_intent": setup["id"], "status": "complete"}
            self.tell("checkout.session.completed", session)
            return True
        intent = self.objects.get(session["payment_intent"] or "") or self.new(
            "pi", "payment_intent", account, amount=session["amount_total"], amount_received=0, currency="usd",
            customer=session["customer"], metadata=asked.get("payment_intent_data", {}).get("metadata", {}),
            setup_future_usage=keeps, latest_charge=None, last_payment_error=None, status="requires_payment_method",
        )  # fmt: skip
        session["payment_intent"] = intent["id"]
        if not self.attempt(intent, method, CARDS[card][0]):
            return False
        session |= {"status": "complete", "payment_status": "paid"}
        self.tell("checkout.session.completed", session)
        return True

    def method(self, account: str, card: str, customer: str | None) -> Told:
        """A card, kept or for once."""
        told = {"brand": "visa", "last4": CARDS[card][2], "exp_month": 12, "exp_year": 2030}
        return self.new("pm", "payment_method", account, type="card", card=told, customer=customer, behaves=card)

    def attempt(self, intent: Told, method: Told, verdict: str) -> bool:
        """The bank is asked."""
        account = self.accounts[intent["id"]]
        intent["payment_method"] = method["id"]
        if verdict == "processing":
            intent["status"] = "processing"
            return True
        charge = self.new(
            "ch", "charge", account, amount=intent["amount"], captured=not verdict, payment_intent=intent["id"],
            status="failed" if verdict else "succeeded", payment_method=method["id"], amount_refunded=0,
            payment_method_details={"type": "card", "card": method["card"]}, metadata=intent["metadata"],
        )  # fmt: skip
        intent["latest_charge"] = charge["id"]
        if verdict:
            code = "authentication_required" if verdict == "authentication_required" else "card_declined"
            shown = {"id": method["id"], "object": "payment_method", "card": method["card"]}
            error = {"type": "card_error", "code": code, "decline_code": verdict, "payment_method": shown}
            intent |= {"status": "requires_payment_method", "last_payment_error": error}
            self.tell("payment_intent.payment_failed", intent)
            return False
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "last_payment_error": None}
        self.tell("charge.succeeded", charge)
        self.tell("payment_intent.succeeded", intent)
        return True

    def charge(self, account: str, params: Told) -> Told:
        """A saved card."""
        method = self.get(account, params["payment_method"], "payment_method")
        if not params.get("customer") or method["customer"] != params["customer"]:
            raise RefusedError(400, "payment_method_unexpected_state", param="payment_method")
        intent = self.new(
            "pi", "payment_intent", account, amount=params["amount"], amount_received=0, currency=params["currency"],
            customer=params["customer"], metadata=params.get("metadata", {}), setup_future_usage=None,
            latest_charge=None, last_payment_error=None, status="requires_confirmation",
        )  # fmt: skip
        if not self.attempt(intent, method, CARDS[method["behaves"]][1]):
            raise RefusedError(402, **intent["last_payment_error"], payment_intent=_copy(intent))
        return intent

    def refund(self, account: str, params: Told, status: str = "succeeded") -> Told:
        """To the original card, and never more than was paid."""
        intent = self.get(account, params["payment_intent"], "payment_intent")
        charge = self.get(account, intent["latest_charge"] or "", "charge")
        amount = params.get("amount", charge["amount"] - charge["amount_refunded"])
        if amount > charge["amount"] - charge["amount_refunded"]:
            raise RefusedError(400, "charge_already_refunded", param="amount")
        charge["amount_refunded"] += amount
        refund = self.new(
            "re", "refund", account, amount=amount, payment_intent=intent["id"], charge=charge["id"], status=status,
            metadata=params.get("metadata", {}), currency="usd",
        )  # fmt: skip
        self.tell("charge.refunded", charge)
        self.tell("refund.created", refund)
        return refund

    def refund_ends(self, refund_id: str, status: str) -> None:
        """A pending one comes to its end."""
        refund = self.objects[refund_id]
        refund["status"] = status
        if status == "failed":
            self.objects[refund["charge"]]["amount_refunded"] -= refund["amount"]
        self.tell("refund.failed" if status == "failed" else "refund.updated", refund)

    def dispute(self, intent_id: str, status: str = "needs_response") -> Told:
        """The patient's bank takes it back."""
        intent = self.objects[intent_id]
        dispute = self.new(
            "du", "dispute", self.accounts[intent_id], amount=intent["amount"], payment_intent=intent_id,
            charge=intent["latest_charge"], status=status,
        )  # fmt: skip
        self.tell("charge.dispute.created", dispute)
        return dispute

    def dispute_ends(self, dispute_id: str, status: str) -> None:
        dispute = self.objects[dispute_id]
        dispute["status"] = status
        self.tell("charge.dispute.closed", dispute)

    def shown(self, told: Told, expand: list[str]) -> Told:
        """As an answer: what was asked for stands there whole."""
        copy = {name: value for name, value in _copy(told).items() if name not in {"asked", "behaves"}}
        for path in expand:
            self._unfold(copy, path.split("."))
        return copy

    def _unfold(self, told: Told, path: list[str]) -> None:
        name, rest = path[0], path[1:]
        value = told.get(name)
        if isinstance(value, str) and value in self.objects:
            told[name] = value = self.shown(self.objects[value], [])
        if rest and isinstance(value, dict):
            self._unfold(value, rest)


def _copy(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _copy(value) for name, value in told.items() if name not in {"asked", "behaves"}}
    return [_copy(one) for one in told] if isinstance(told, list) else told
