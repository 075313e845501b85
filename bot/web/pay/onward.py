"""From our page to the processor's: browsers let a form lead only where the page's own policy says."""

from aiohttp import web

from bot.payments.sandbox import Sandbox
from bot.store.payments import Attempt
from bot.web.guards import PAGE_POLICY
from bot.web.keys import PROCESSOR

HOSTED = {"stripe": "https://checkout.stripe.com"}
"""Where the processor's pages lie, unless it lets the practice have them elsewhere."""


def policy(request: web.Request) -> str:
    """The policy of a page whose form may end at the processor's."""
    beyond = HOSTED.get(request.app[PROCESSOR].name)
    return PAGE_POLICY.replace("form-action 'self'", f"form-action 'self' {beyond}") if beyond else PAGE_POLICY


def way(request: web.Request, slug: str, attempt: Attempt, url: str) -> str:
    """There at once where the policy allows it, else by a link on a page of ours."""
    beyond = HOSTED.get(request.app[PROCESSOR].name)
    at_once = isinstance(request.app[PROCESSOR], Sandbox) or (beyond and url.startswith(f"{beyond}/"))
    return url if at_once else f"/pay/{slug}/checkout?payment={attempt.public_id}"
