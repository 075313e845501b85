"""A part is paid on the page with a card that is saved; the rest by texting back its last four digits."""

from bot.demo.scenes.hands import CHECKOUT, Player, link_in
from bot.demo.stage import Stage
from bot.demo.telling import Teller

IVY = "+12065550118"


async def saved_card(stage: Stage, tell: Teller) -> None:
    """Talk by text, page, text."""
    ivy = Player(stage, tell, IVY)
    await tell.line("system", "Ivy Chen owes $90.00. Today she pays a part, and lets the practice keep her card.")
    await ivy.says("Balance", "6-digit code")
    await ivy.says(await ivy.code_by_mail(), "$90.00")
    link = link_in(await ivy.says("can i pay 50 today", "$40.00"))
    await ivy.opens(link, "$90.00")
    await tell.line("web", "The page offers her $50.00. She ticks that the card is kept and a reply may charge it.")
    chosen = {"step": "begin", "choice": "part", "amount": "50.00", "owed": "9000", "keep": "yes", "by_text": "yes"}
    await ivy.chooses_card(await stage.post(CHECKOUT, chosen, "approve"), "HFM-")
    await ivy.hears("Paid $50.00")
    for _ in range(2):
        await ivy.reads_mail("Harbor Family Med")
    await ivy.says("PAY", "Reply 4242 to approve")
    await ivy.says("yes", "To approve $40.00 reply 4242")
    await ivy.says("4242", "Paid $40.00")
    await ivy.reads_mail("$40.00")
    await tell.line("system", "A second 4242, sent by a nervous thumb, charges nothing and is not answered.")
    await stage.text(IVY, "4242")
    await stage.silent(IVY)
