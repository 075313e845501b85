"""The protocol, spoken by Stripe. It learns our opaque ids and sums, and nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import aiohttp

from bot.payments.news import News, PaymentNews, RefundNews
from bot.payments.protocol import CardCharge, Opened, Order, ProcessorAwayError, RefundOrder, Submitted
from bot.payments.stripe import charges, checkouts, events, giving_back
from bot.payments.stripe.calls import Calls, NobodyKnowsError, RefusedError, SameKeyError
from bot.payments.stripe.events import Heard
from bot.payments.stripe.listing import everything
from bot.payments.stripe.objects import NAME, of_dispute, of_refund


class Stripe:
    """One Stripe account, and the practices' accounts connected to it."""

    name = NAME

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_key: str,
        secrets: Sequence[str],
        api_url: str = "https://api.stripe.com",
    ) -> None:
        self._calls = Calls(session, api_key, api_url)
        self._secrets = tuple(secrets)

    @property
    def live(self) -> bool:
        """Is it real money?"""
        return self._calls.live

    def warm(self) -> None:
        """Import the SDK before the first patient would wait for it."""
        _ = self._calls.api.v1.checkout.sessions, self._calls.api.v1.payment_intents, self._calls.api.v1.refunds

    async def open_checkout(self, order: Order, now: datetime) -> Opened:
        """A hosted page."""
        return await checkouts.open_page(self._calls, order, now)

    async def end_checkout(self, attempt: Submitted, now: datetime) -> PaymentNews | None:
        """The page is closed."""
        return await checkouts.end_page(self._calls, attempt, now)

    def read(self, body: bytes, signature: str, now: datetime) -> News | None:
        """The news of a signed event."""
        return self.hear(body, signature, now).news

    def hear(self, body: bytes, signature: str, now: datetime) -> Heard:
        """A signed event, with the account it is of."""
        return events.hear(body, signature, self._secrets, now, live=self.live)

    async def closer(self, heard: Heard) -> Sequence[News]:
        """What the event was about, as it is now. Raises ProcessorAwayError: have the event sent again."""
        if heard.news is None and heard.kind != "charge.refunded":
            return ()
        try:
            found = await self._ask(heard)
        except (RefusedError, SameKeyError):
            # Not to be had any more: what was signed is the last word.
            return (heard.news,) if heard.news else ()
        except NobodyKnowsError as error:
            raise ProcessorAwayError(str(error)) from None
        return [one for one in found if one is not None]

    async def look(self, attempt: Submitted, now: datetime) -> PaymentNews | None:
        """Asks for the object, by the id we know, or by ours."""
        known, account = attempt.processor_id, attempt.account
        try:
            if known.startswith("cs_"):
                return await checkouts.find_out(self._calls, known, account)
            if known:
                return await charges.find_out(self._calls, known, account)
            return await charges.find_by_our_id(self._calls, attempt, now)
        except (NobodyKnowsError, ProcessorAwayError, RefusedError, SameKeyError):
            return None

    async def charge(self, charge: CardCharge, now: datetime) -> PaymentNews | None:
        """A saved card."""
        return await charges.charge_card(self._calls, charge, now)

    async def refund(self, order: RefundOrder, now: datetime) -> RefundNews | None:
        """Money back."""
        return await giving_back.refund(self._calls, order, now)

    async def forget_card(self, customer: str, token: str, account: str) -> None:  # noqa: ARG002 - of the protocol
        """Detached from its customer, it can never be charged again."""
        options: Any = {"stripe_account": account or None}
        detach = self._calls.api.v1.payment_methods.detach_async
        try:
            await self._calls.do(lambda: detach(token, {}, options))
        except RefusedError:
            return
        except (NobodyKnowsError, SameKeyError) as error:
            raise ProcessorAwayError(str(error)) from None

    async def between(self, account: str, since: datetime, until: datetime) -> Sequence[News]:
        """Charges, refunds and disputes of that time."""
        try:
            return await everything(self._calls, account, since, until)
        except (NobodyKnowsError, RefusedError, SameKeyError) as error:
            raise ProcessorAwayError(str(error)) from None

    async def account(self, account: str = "") -> dict[str, Any]:
        """Whose key this is, or the connected account. Raises ProcessorAwayError."""
        accounts = self._calls.api.v1.accounts
        try:
            return await self._calls.do(lambda: accounts.retrieve_async(account) if account else _own(self._calls))
        except (NobodyKnowsError, RefusedError, SameKeyError) as error:
            raise ProcessorAwayError(str(error)) from None

    async def _ask(self, heard: Heard) -> Sequence[News | None]:
        calls, one = self._calls, heard.object_id
        options: Any = {"stripe_account": heard.account or None}
        if heard.kind.startswith("checkout.session."):
            return [await checkouts.find_out(calls, one, heard.account)]
        if heard.kind.startswith("payment_intent."):
            page = await checkouts.find_by_payment(calls, one, heard.account) if heard.at_checkout else None
            return [page or await charges.find_out(calls, one, heard.account)]
        if heard.kind.startswith("charge.dispute."):
            return [of_dispute(await calls.do(lambda: calls.api.v1.disputes.retrieve_async(one, {}, options)))]
        if heard.kind == "charge.refunded":
            listed: Any = {"charge": one, "limit": 100}
            return [of_refund(r) for r in await calls.each(lambda: calls.api.v1.refunds.list_async(listed, options))]
        return [of_refund(await calls.do(lambda: calls.api.v1.refunds.retrieve_async(one, {}, options)))]


async def _own(calls: Calls) -> Any:
    return await calls.api.v1.accounts.retrieve_current_async()
