"""The balance and the receipts of who is signed in."""

from typing import Any

from aiohttp import web

from bot.paying import statements
from bot.web.keys import PAGES, READER
from bot.web.pay.visitor import Visitor, how, visitor

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
    typed: str | None = None,
) -> web.Response:
    """The page; `typed` is what the patient wrote as an amount, to be mended rather than written again."""
    stated = await request.app[READER].run(lambda conn: statements.statement(conn, who.session))
    pages, file = request.app[PAGES], who.practice.file
    if stated.in_doubt_cents is not None:
        return pages.draw("waiting", language=who.language, practice=file, amount_cents=stated.in_doubt_cents)
    policy = file.policy
    part = stated.asked_cents if stated.asked_cents and stated.asked_cents < stated.owed_cents else None
    amount = typed if typed is not None else f"{part / 100:.2f}" if part else ""
    if notice is None and stated.owed_cents == 0:
        notice = {"words": "nothing_owed", "tone": "good", "values": {}}
    return pages.draw(
        "balance",
        language=who.language,
        practice=file,
        status=status,
        notice=notice,
        first_names=[one.first_name for one in stated.people],
        people=stated.people,
        owed_cents=stated.owed_cents,
        changed=stated.changed,
        receipts=stated.paid,
        partial=policy.partial_payments and stated.owed_cents > policy.minimum_payment_cents,
        minimum_cents=policy.minimum_payment_cents,
        chosen="part" if amount else "whole",
        amount_text=amount,
    )


@routes.get(r"/pay/{slug}/receipts/{receipt:[A-Z0-9-]{1,40}}")
async def receipt(request: web.Request) -> web.Response:
    """One payment."""
    who = await visitor(request)
    if who is None:
        return await how(request, "how_session", 403)
    number = request.match_info["receipt"]
    paid, stated = await request.app[READER].run(
        lambda conn: (statements.receipt(conn, who.session, number), statements.statement(conn, who.session))
    )
    if paid is None:
        raise web.HTTPNotFound
    return request.app[PAGES].draw(
        "receipt",
        language=who.language,
        practice=who.practice.file,
        receipt=paid.receipt,
        amount_cents=paid.amount_cents,
        at=paid.at,
        card_brand=paid.card_brand,
        card_last4=paid.card_last4,
        shares=[{"first_name": name, "cents": cents} for name, cents in paid.shares],
        owed_cents=stated.owed_cents,
    )
