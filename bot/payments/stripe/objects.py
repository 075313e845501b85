"""Stripe's objects read as news. What they say of themselves counts, never the order in which we heard of them."""

from calendar import monthrange
from datetime import UTC, date, datetime
from typing import Any

from bot.payments.news import (
    Answer,
    Decline,
    DisputeNews,
    DisputeState,
    KeptCard,
    PaymentNews,
    RefundNews,
    RefundState,
)
from bot.payments.stripe.declines import meaning

NAME = "stripe"
OURS = "payment"
"""The one thing we tell Stripe about a payment: our opaque id, in its metadata."""
WHERE, AT_CHECKOUT = "at", "checkout"
"""And whether the patient was there."""
BRANDS = {
    "amex": "Amex",
    "cartes_bancaires": "CB",
    "diners": "Diners",
    "discover": "Discover",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
REFUNDS = {"succeeded": RefundState.DONE, "failed": RefundState.FAILED, "canceled": RefundState.FAILED}
DISPUTES = {
    "needs_response": DisputeState.OPENED,
    "under_review": DisputeState.OPENED,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}
"""The early warnings among its states take no money; what a bank only asks is no dispute yet."""

Told = dict[str, Any]


def of_session(session: Told) -> PaymentNews | None:
    """A checkout, with its payment and card where they were asked for. None: it is still open, or is being decided."""
    public_id, intent = session.get("client_reference_id"), session.get("payment_intent")
    if not public_id:
        return None
    if session["status"] == "expired":
        return PaymentNews(
            NAME, session["id"], public_id, Answer.EXPIRED, session.get("amount_total") or 0, "", "",
            moment(session["expires_at"]),
        )  # fmt: skip
    if session["status"] != "complete":
        return None
    if session["mode"] == "setup":
        return _of_setup(session, public_id)
    if isinstance(intent, dict):
        return of_intent(intent, public_id, customer=_id(session.get("customer")))
    if session["payment_status"] == "unpaid":
        return None
    return PaymentNews(
        NAME, intent or session["id"], public_id, Answer.PAID, session["amount_total"], "", "",
        moment(session["created"]),
    )  # fmt: skip


def of_intent(intent: Told, public_id: str = "", *, customer: str = "") -> PaymentNews | None:
    """One payment. None: it is not ours, or is being decided."""
    public_id = public_id or (intent.get("metadata") or {}).get(OURS, "")
    charge, answer = intent.get("latest_charge"), _answer(intent)
    if not public_id or answer is None:
        return None
    charge = charge if isinstance(charge, dict) else {}
    card = (charge.get("payment_method_details") or {}).get("card") or {}
    paid = answer is Answer.PAID
    return PaymentNews(
        processor=NAME,
        processor_id=intent["id"],
        public_id=public_id,
        answer=answer,
        amount_cents=intent["amount_received"] if paid else intent["amount"],
        card_brand=brand(card),
        card_last4=card.get("last4") or "",
        at=moment(charge.get("created") or intent["created"]),
        decline=None if paid else _decline(intent),
        kept=_kept(intent, charge, card, customer) if paid else None,
    )


def of_refund(refund: Told) -> RefundNews:
    """One refund. Those that nobody but Stripe's own page knows of have no id of ours."""
    return RefundNews(
        NAME,
        refund["id"],
        (refund.get("metadata") or {}).get(OURS, ""),
        _id(refund.get("payment_intent")) or _id(refund.get("charge")),
        REFUNDS.get(refund.get("status") or "", RefundState.PENDING),
        refund["amount"],
        moment(refund["created"]),
    )


def of_dispute(dispute: Told) -> DisputeNews | None:
    """One dispute; None while the bank only asks."""
    state = DISPUTES.get(dispute["status"])
    paid = _id(dispute.get("payment_intent")) or _id(dispute.get("charge"))
    if state is None:
        return None
    return DisputeNews(NAME, dispute["id"], paid, state, dispute["amount"], moment(dispute["created"]))


def brand(card: Told) -> str:
    """As it stands in our sentences."""
    return BRANDS.get(card.get("brand") or "", "Card" if card else "")


def moment(seconds: int) -> datetime:
    """Stripe counts seconds."""
    return datetime.fromtimestamp(seconds, UTC)


def _answer(intent: Told) -> Answer | None:
    match intent["status"]:
        case "succeeded":
            return Answer.PAID
        case "canceled" | "requires_action" | "requires_confirmation":
            return Answer.DECLINED
        case "requires_payment_method":
            # Without an error nobody has tried a card yet.
            return Answer.DECLINED if intent.get("last_payment_error") else None
        case _:
            return None


def _decline(intent: Told) -> Decline:
    if intent["status"] in {"requires_action", "requires_confirmation"}:
        return Decline.PATIENT
    return meaning(intent.get("last_payment_error") or {})


def _kept(intent: Told, charge: Told, card: Told, customer: str) -> KeptCard | None:
    customer, token = _id(intent.get("customer")) or customer, _id(intent.get("payment_method"))
    token = token or _id(charge.get("payment_method"))
    if intent.get("setup_future_usage") != "off_session" or not (customer and token and card):
        return None
    return KeptCard(customer, token, brand(card), card.get("last4") or "", _expiry(card))


def _of_setup(session: Told, public_id: str) -> PaymentNews:
    intent = session.get("setup_intent")
    method = intent.get("payment_method") if isinstance(intent, dict) else None
    card = method.get("card") or {} if isinstance(method, dict) else {}
    customer, kept = _id(session.get("customer")), None
    if customer and isinstance(method, dict) and card:
        kept = KeptCard(customer, method["id"], brand(card), card.get("last4") or "", _expiry(card))
    return PaymentNews(
        NAME, session["id"], public_id, Answer.PAID, 0, brand(card), card.get("last4") or "",
        moment(session["created"]), None, kept,
    )  # fmt: skip


def _expiry(card: Told) -> date | None:
    year, month = card.get("exp_year"), card.get("exp_month")
    return date(year, month, monthrange(year, month)[1]) if year and month else None


def _id(value: Any) -> str:
    """Of an object, whether it came whole or as its id."""
    found = value.get("id") if isinstance(value, dict) else value
    return str(found or "")
