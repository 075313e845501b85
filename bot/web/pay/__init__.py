"""Pages for patients: coming in by a link or by a code, the balance, the checkout, receipts, their own affairs."""

from aiohttp import web

from bot.web.pay import (
    account,
    adding,
    agreements,
    aid,
    asked,
    cards,
    checkout,
    contact,
    doors,
    leaving,
    link,
    receipts,
    share,
    sign_in,
)

ROUTES: tuple[web.RouteTableDef, ...] = (
    link.routes,
    sign_in.routes,
    asked.routes,
    account.routes,
    checkout.routes,
    receipts.routes,
    cards.routes,
    adding.routes,
    agreements.routes,
    leaving.routes,
    contact.routes,
    aid.routes,
    share.routes,
    doors.routes,
)
