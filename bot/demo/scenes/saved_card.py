"""A part is paid on the page with a card that is saved; the rest by texting back its last four digits."""

from bot.demo.scenes.hands import CHECKOUT, Player, link_in
from bot.demo.stage import Stage
from bot.demo.telling import Teller

KALEA = "+18085550120"


async def saved_card(stage: Stage, tell: Teller) -> None:
    """Talk by text, page, text."""
    kalea = Player(stage, tell, KALEA)
    await tell.line("system", "Kalea Akana owes $88.00. Today she pays a part, and lets the practice keep her card.")
    await kalea.says("Balance", "6-digit code")
    await kalea.says(await kalea.code_by_mail(), "$88.00")
    link = link_in(await kalea.says("can i pay 50 today", "$38.00"))
    await kalea.opens(link, "$88.00")
    await tell.line("web", "The page offers her $50.00. She ticks that the card is kept and a reply may charge it.")
    chosen = {"step": "begin", "choice": "part", "amount": "50.00", "owed": "8800", "keep": "yes", "by_text": "yes"}
    await kalea.chooses_card(await stage.post(CHECKOUT, chosen, "approve"), "HFM-")
    await kalea.hears("Paid $50.00")
    for _ in range(2):
        await kalea.reads_mail("Harbor Family Med")
    await kalea.says("PAY", "Reply 4242 to approve")
    await kalea.says("yes", "To approve $38.00 reply 4242")
    await kalea.says("4242", "Paid $38.00")
    await kalea.reads_mail("$38.00")
    await tell.line("system", "A second 4242, sent by a nervous thumb, charges nothing and is not answered.")
    await stage.text(KALEA, "4242")
    await stage.silent(KALEA)
