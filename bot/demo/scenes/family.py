"""A phone that three people share: one code, whom it proves, and one payment for two of them."""

from datetime import timedelta

from bot.demo.scenes.hands import CHECKOUT, Player, link_in
from bot.demo.stage import Stage
from bot.demo.telling import Teller

ROSSI = "+12065550113"
A_MINUTE = timedelta(minutes=1)


async def family(stage: Stage, tell: Teller) -> None:
    """Maria pays for herself and her son; Jon is never shown."""
    maria = Player(stage, tell, ROSSI)
    await tell.line("system", "Maria, her son Leo, for whom she pays, and Jon, who is grown up, share a phone.")
    await maria.says("BALANCE", "more than one person")
    await maria.says("all", "J.R. must check separately")
    await maria.says(await maria.code_by_mail(), "Together you owe $95.00")
    link = link_in(await maria.says("pay", "$95.00"))
    await tell.line("web", "A phone that several people share opens no link by itself: the page asks for a code.")
    stage.clock.move_to(stage.clock() + A_MINUTE)  # codes are sent half a minute apart, at the least
    await stage.get(link, "<form")
    await stage.post(link, {"step": "open"}, "code")
    await stage.post(link, {"step": "ask", "way": "email"}, "code")
    code = await maria.code_by_mail()
    await stage.post(link, {"step": "code", "code": code}, "$95.00")
    await tell.line("web", "Maria's visit and Leo's, each with its sum; nothing of Jon's. She pays for both.")
    checkout = await stage.post(CHECKOUT, {"step": "begin", "choice": "whole", "owed": "9500"}, "approve")
    await maria.chooses_card(checkout, "HFM-")
    await maria.hears("Paid $95.00")
    await maria.reads_mail("$20.00")
