"""The practice API: JSON under /api/v1, for the practice's own programs."""

from importlib.metadata import version

from aiohttp import web

from bot.web.api import adjustments, cards, conversations, entering, money, patients, plans, taken, tasks, timeline
from bot.web.api.callers import REQUESTS, STRANGERS
from bot.web.api.frame import handler_of
from bot.web.api.limits import Limiter
from bot.web.api.openapi import document
from bot.web.api.operations import BASE, Operation
from bot.web.api.problems import under
from bot.web.keys import SETTINGS

OPERATIONS: tuple[Operation, ...] = (
    patients.put_patient,
    patients.put_charge,
    entering.post_charges,
    money.get_balance,
    money.post_pay_link,
    taken.post_payment,
    taken.undo_payment,
    taken.get_payments,
    taken.post_refund,
    adjustments.post_adjustment,
    adjustments.undo_adjustment,
    cards.get_cards,
    cards.post_card_charge,
    cards.post_family_payment,
    cards.delete_card,
    timeline.get_history,
    timeline.post_payment_request,
    conversations.get_conversations,
    conversations.get_conversation,
    conversations.get_messages,
    conversations.take_conversation,
    conversations.answer_conversation,
    conversations.release_conversation,
    *plans.OPERATIONS,
    tasks.get_tasks,
    tasks.finish_task,
)
REQUESTS_PER_SECOND, REQUESTS_AT_ONCE = 50, 300
"""Of one key: a nightly push of 100,000 charges takes half an hour, and patients notice nothing of it."""
WRONG_KEYS_PER_SECOND, WRONG_KEYS_AT_ONCE = 0.2, 30
DOCUMENT = f"{BASE}/openapi.json"


def install(app: web.Application) -> None:
    """Add the routes, and see to it that every refusal below them is a problem document."""
    app.middlewares.insert(0, under(BASE + "/"))
    app[REQUESTS] = Limiter(REQUESTS_PER_SECOND, REQUESTS_AT_ONCE)
    app[STRANGERS] = Limiter(WRONG_KEYS_PER_SECOND, WRONG_KEYS_AT_ONCE)
    told = document(OPERATIONS, app[SETTINGS].public_url, version("paybot"))

    async def openapi(_request: web.Request) -> web.Response:
        return web.json_response(told)

    app.router.add_get(DOCUMENT, openapi)
    for one in OPERATIONS:
        app.router.add_route(one.method, BASE + one.path, handler_of(one))
