"""Pages for patients: the landing page of a link, the balance, the checkout, receipts."""

from aiohttp import web

from bot.web.pay import account, checkout, doors, leaving, link, receipts

ROUTES: tuple[web.RouteTableDef, ...] = (
    link.routes,
    account.routes,
    checkout.routes,
    receipts.routes,
    leaving.routes,
    doors.routes,
)
