"""Pages for patients: coming in by a link or by a code, the balance, the checkout, receipts, their own affairs."""

from aiohttp import web

from bot.web.pay import account, asked, checkout, doors, leaving, link, receipts, sign_in

ROUTES: tuple[web.RouteTableDef, ...] = (
    link.routes,
    sign_in.routes,
    asked.routes,
    account.routes,
    checkout.routes,
    receipts.routes,
    leaving.routes,
    doors.routes,
)
