"""Plans, payments and offers called off, told from opting out of texts."""

import pytest

from conversations.hearing import normalise
from conversations.hearing.calling_off import (
    made_already,
    payment_called_off,
    plan_called_off,
    reminders_called_off,
    taken_back,
)

OFFERS = (
    "cancel that", "Cancel it please", "no wait, cancel this", "actually cancel that one",
    "i changed my mind cancel it",
    "scratch that", "can you cancel that please", "cancélelo", "mejor cancele eso por favor", "cancelar",
    "ya no, cancelalo", "anúlelo porfa",
)  # fmt: skip
PLANS = (
    "cancel my plan", "cancel the payment plan", "stop my plan", "I need to stop my payment plan", "end autopay",
    "please cancel my automatic payments", "take me off autopay", "opt out of auto pay", "i want off the plan",
    "how do I end this plan", "please cancel the monthly thing", "cancelen mi plan", "quiero cancelar el plan de pagos",
    "dame de baja del plan", "ya no quiero el plan", "paren los pagos automaticos", "suspendan mi plan",
)  # fmt: skip
PAYMENTS = (
    "cancel my payment", "stop the payment", "stop my payments", "cancel the payment i just made",
    "cancel this payment",
    "Please cancel the $75 payment scheduled for Monday", "stop the june payment", "stop charging my card",
    "stop taking money out of my account", "can someone stop this charge its not mine", "cancele mi pago",
    "detengan el cargo", "paren mis pagos", "dejen de sacar dinero de mi cuenta",
)  # fmt: skip
REMINDERS = (
    "stop the reminder", "no more reminders", "stop reminding me", "cancel the reminder", "deje de recordarme",
    "cancele el recordatorio", "ya no me recuerde",
)  # fmt: skip
TEXTS = (
    "cancel", "CANCEL", "cancel texts", "cancel the payment texts", "stop the payment reminders by text",
    "cancel everything",
    "stop texting me about my plan", "my plan charges me per text, stop the texts", "cancel my appointment",
    "stop the payments", "paren los pagos", "stop all messages about the payment plan", "cancel and stop texting me",
    "cancelar mensajes", "no me escriban de mi plan", "stop reminding me by text", "stop",
)  # fmt: skip


@pytest.mark.parametrize("text", OFFERS)
def test_an_offer(text: str) -> None:
    assert taken_back(normalise(text))


@pytest.mark.parametrize("text", PLANS)
def test_a_plan(text: str) -> None:
    assert plan_called_off(normalise(text))


@pytest.mark.parametrize("text", PAYMENTS)
def test_a_payment(text: str) -> None:
    assert payment_called_off(normalise(text))
    assert not plan_called_off(normalise(text))


@pytest.mark.parametrize("text", REMINDERS)
def test_reminders(text: str) -> None:
    assert reminders_called_off(normalise(text))


@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_none_of_these(text: str) -> None:
    words = normalise(text)
    assert not taken_back(words)
    assert not plan_called_off(words)
    assert not payment_called_off(words)
    assert not reminders_called_off(words)


def test_a_payment_that_was_made() -> None:
    assert made_already(normalise("cancel the payment I just made"))
    assert not made_already(normalise("cancel my payment for friday"))
