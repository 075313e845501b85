"""The balance of who is signed in: every visit, the form to pay, plans and history."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from bot.paying.pages import statements
from bot.paying.pages.statements import Statement
from bot.web.keys import CLOCK, READER
from bot.web.pay.choosing import Filled
from bot.web.pay.drawing import draw
from bot.web.pay.visitor import Visitor, how, visitor
from conversations.conversation import Proof
from conversations.money import splits
from conversations.policy import Policy

routes = web.RouteTableDef()


@routes.get("/pay/{slug}/balance")
async def balance(request: web.Request) -> web.Response:
    """What is owed, for which visit, and the form to pay it."""
    who = await visitor(request)
    if who is None:
        return await how(request, "how_session", 403)
    return await draw_balance(request, who)


async def draw_balance(
    request: web.Request,
    who: Visitor,
    notice: dict[str, Any] | None = None,
    *,
    status: int = 200,
    filled: Filled | None = None,
) -> web.Response:
    """The page; `filled`: what the patient chose, to be mended rather than chosen again."""
    now = request.app[CLOCK]()
    session, sees = who.session, who.sees_visits
    stated = await request.app[READER].run(lambda conn: statements.statement(conn, session, now, sees_visits=sees))
    if stated.in_doubt is not None:
        return draw_waiting(request, who, stated.in_doubt.amount_cents, stated.in_doubt.public_id)
    if notice is None and stated.owed_cents == 0:
        notice = {"words": "nothing_owed", "tone": "good", "values": {}}
    return draw(
        request,
        who,
        "balance",
        status=status,
        notice=notice,
        first_names=[one.first_name for one in stated.people],
        people=stated.people,
        visits=stated.visits,
        owed_cents=stated.owed_cents,
        changed=stated.changed,
        plans=stated.plans,
        has_plan=stated.has_plan,
        history=stated.history,
        **_form(stated, who.practice.file.policy, filled),
        **_cards(stated, who),
    )


def draw_waiting(request: web.Request, who: Visitor, amount_cents: int, public_id: str) -> web.Response:
    """Nobody knows yet what became of a payment; until then there is no other one."""
    told = {"amount_cents": amount_cents, "payment": public_id}
    return draw(request, who, "waiting", **told)


def _form(stated: Statement, policy: Policy, filled: Filled | None) -> dict[str, Any]:
    if filled is None:
        part = stated.asked_cents if stated.asked_cents and stated.asked_cents < stated.owed_cents else None
        filled = Filled("part", f"{part / 100:.2f}") if part else Filled("whole")
    partial = policy.partial_payments and splits(stated.owed_cents, policy.minimum_payment_cents)
    if not partial or (filled.choice == "visits" and len(stated.visits) < 2):
        filled = replace(filled, choice="whole", field="")  # the only one that there is
    return {
        "partial": partial,
        "minimum_cents": policy.minimum_payment_cents,
        "filled": filled,
    }


def _cards(stated: Statement, who: Visitor) -> dict[str, Any]:
    return {
        "cards": stated.cards,
        "may_keep": who.session.proof is not Proof.NONE,
        "by_text": who.practice.file.policy.saved_card_by_text,
    }
