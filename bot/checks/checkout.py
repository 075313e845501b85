"""Is there somebody who takes the money, for every practice, and do their events reach us?"""

import aiohttp

from bot.checks.line import Line, Lines, failure, ok, warning
from bot.checks.surroundings import Surroundings
from bot.payments.stripe import MISSING, is_installed

SUBJECT = "checkout"
UNKNOWN = frozenset({401, 403})


async def checkout(around: Surroundings) -> Lines:
    """The key, its mode, the accounts, the webhook."""
    if around.settings.checkout == "sandbox":
        yield ok(SUBJECT, "It is the sandbox: no money moves.")
        return
    if not is_installed():
        yield failure(SUBJECT, "The Stripe library is not installed.", MISSING.partition(": ")[2])
        return
    status, _ = await _ask(around, "/v1/account")
    if status in UNKNOWN:
        yield failure(SUBJECT, "Stripe does not know the key.", "See PAYBOT_STRIPE_API_KEY.")
        return
    if status != 200:
        yield failure(SUBJECT, "Stripe does not answer.", "See PAYBOT_STRIPE_API_URL and this machine's way out.")
        return
    yield _mode(around)
    for practice in around.practices:
        if practice.stripe_account:
            yield await _account(around, practice.slug, practice.stripe_account)
    if line := await _webhook(around):
        yield line


def _mode(around: Surroundings) -> Line:
    live, production = "_live_" in around.settings.stripe_api_key.get_secret_value(), around.settings.production
    if live and not production:
        way_out = "Use a test key, or set PAYBOT_ENVIRONMENT=production."
        return warning(SUBJECT, "Stripe knows the key, and it takes real money outside of production.", way_out)
    if production and not live:
        return warning(SUBJECT, "Stripe knows the key, but it is a test key: no money moves.", "Use a live key.")
    secrets = len(around.settings.stripe_webhook_secrets)
    word = "one webhook secret is set" if secrets == 1 else f"{secrets} webhook secrets are set"
    return ok(SUBJECT, f"Stripe knows the key ({'live' if live else 'test'} mode); {word}.")


async def _account(around: Surroundings, slug: str, account: str) -> Line:
    subject = f"{SUBJECT} {slug}"
    status, told = await _ask(around, f"/v1/accounts/{account}")
    if status != 200:
        return failure(subject, "Its account is not connected to ours.", "See stripe_account in its practice file.")
    if told.get("charges_enabled") is False:
        return failure(subject, "Its account may not take payments.", "Finish its set-up on Stripe's pages.")
    return ok(subject, "Its account is connected and may take payments.")


async def _webhook(around: Surroundings) -> Line | None:
    """What is not signed must be refused by us; where nobody answers, the line about the address says so."""
    try:
        asked = around.session.post(f"{around.settings.public_url}/webhooks/stripe", data=b"{}", allow_redirects=False)
        async with asked as answer:
            status = answer.status
    except (aiohttp.ClientError, TimeoutError):
        return None
    if status == 400:
        return ok(SUBJECT, "What is not signed is refused at /webhooks/stripe.")
    said = f"An unsigned Stripe event got status {status} at our address instead of 400."
    return failure(SUBJECT, said, "See that the proxy hands /webhooks on to us as it is, body and all.")


async def _ask(around: Surroundings, path: str) -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {around.settings.stripe_api_key.get_secret_value()}"}
    try:
        asked = around.session.get(f"{around.settings.stripe_api_url}{path}", headers=headers, allow_redirects=False)
        async with asked as answer:
            told = await answer.json() if answer.status == 200 else {}
            return answer.status, told if isinstance(told, dict) else {}
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return 0, {}
