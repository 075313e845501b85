"""Draws a page for who is signed in: their practice, their language, and what their proof lets them see."""

from typing import Any

from aiohttp import web

from bot.web.keys import PAGES
from bot.web.pay import onward
from bot.web.pay.visitor import Visitor
from conversations.conversation import Proof


def draw(request: web.Request, who: Visitor, page: str, **values: Any) -> web.Response:
    """`known`: they have proved something; `proved`: who they are; `sees`: they are shown visits and plans.

    `keep`: what a change of language takes along.
    """
    proof = who.session.proof
    told: dict[str, Any] = {
        "known": proof is not Proof.NONE,
        "proved": proof is Proof.PERSON,
        "sees": who.sees_visits,
        "keep": "",
    }
    response = request.app[PAGES].draw(
        page, language=who.language, practice=who.practice.file, signed_in=True, **{**told, **values}
    )
    response.headers["Content-Security-Policy"] = onward.policy(request)
    return response


def see_other(who: Visitor, where: str) -> web.HTTPSeeOther:
    """On to another page of this practice."""
    return web.HTTPSeeOther(f"/pay/{who.practice.file.slug}/{where}")
