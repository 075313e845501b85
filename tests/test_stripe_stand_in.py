"""The stand-in for Stripe holds us to the SDK's own types, and keeps idempotency as Stripe says it does."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from tests.bot.web.house import NOON, Hands
from tests.servers.stripe import KEY, StandIn
from tests.servers.stripe.forms import WrongParameterError, check, parse
from tests.servers.stripe.server import _type

GOOD = {
    "mode": "payment",
    "success_url": "http://x/",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][unit_amount]": "900",
    "line_items[0][price_data][product_data][name]": "Balance payment",
}


@pytest.mark.parametrize(
    "more,param",
    [
        ({"payment_method_types[0]": "card"}, "payment_method_types"),  # gone since 2026-09-30
        ({"colour": "blue"}, "colour"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"mode": "gift"}, "mode"),
        ({"line_items[0][quantity]": "one"}, "line_items[0].quantity"),
        ({"line_items[0][price_data][tip]": "1"}, "line_items[0].price_data.tip"),
        ({"metadata": "words"}, "metadata"),
        ({"idempotency_key": "k"}, "idempotency_key"),
    ],
)
def test_what_the_sdk_does_not_know_is_refused(more: Mapping[str, str], param: str) -> None:
    kind = _type("checkout.SessionCreateParams")
    assert check(parse(GOOD), kind)["line_items"][0]["price_data"]["unit_amount"] == 900
    with pytest.raises(WrongParameterError) as refused:
        check(parse({**GOOD, **more}), kind)
    assert refused.value.param == param


def test_what_is_missing() -> None:
    with pytest.raises(WrongParameterError, match="currency"):
        check({"amount": "100"}, _type("PaymentIntentCreateParams"))


@pytest.fixture
async def there() -> AsyncIterator[StandIn]:
    stand_in = StandIn(Hands(NOON))
    async with stand_in.running():
        yield stand_in


async def ask(there: StandIn, form: Mapping[str, str], key: str = "k", bearer: str = KEY) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": key}
    url = f"{there.url}/v1/checkout/sessions"
    async with aiohttp.ClientSession() as session, session.post(url, data=form, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_the_same_key_is_the_same_answer_for_a_day(there: StandIn) -> None:
    first = await ask(there, GOOD)
    assert await ask(there, GOOD) == first
    other = await ask(there, GOOD | {"line_items[0][quantity]": "2"})
    assert (other[0], other[1]["error"]["type"]) == (400, "idempotency_error")
    assert isinstance(there.clock, Hands)
    there.clock.forward(seconds=timedelta(hours=24).total_seconds() + 1)
    assert (await ask(there, GOOD))[1]["id"] != first[1]["id"]


async def test_another_key_is_nobody(there: StandIn) -> None:
    assert (await ask(there, GOOD, bearer="sk_test_other"))[0] == 401
