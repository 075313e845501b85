"""Notice, BALANCE, code by mail, PAY, checkout, receipt by text and by mail; and a notice answered by mail."""

import re

from bot.demo.scenes.hands import CHECKOUT, Player, link_in
from bot.demo.stage import Stage
from bot.demo.telling import Teller

ANA = "+12065550111"
AROUND = re.compile(r"^--- .* ---\s|\s-- \s.*", re.DOTALL)


async def happy_path(stage: Stage, tell: Teller) -> None:
    """From the notice to the receipt."""
    ana = Player(stage, tell, ANA)
    await tell.line("system", "Ana Ruiz owes $184.50 for two visits; she agreed to texts, and has an email address.")
    await stage.notice("P100")
    await ana.hears("Harbor Family Med")
    await ana.says("Balance", "6-digit code")
    await ana.says(await ana.code_by_mail(), "$184.50")
    link = link_in(await ana.says("pay", "$184.50"))
    await tell.line("web", "Ana opens the link. The page shows no amount yet, only a button; she presses it.")
    await ana.opens(link, "$184.50")
    await tell.line("web", "Her balance: $184.50, each visit with what insurance paid. She chooses to pay all of it.")
    checkout = await stage.post(CHECKOUT, {"step": "begin", "choice": "whole", "owed": "18450"}, "approve")
    await ana.chooses_card(checkout, "HFM-")
    await ana.hears("Paid $184.50")
    receipt = await stage.mail("$184.50")
    await tell.line("mail", f"to Ana: {receipt.subject}")
    await stage.post(link, {"step": "open"}, "HFM-")
    await tell.line("web", "She opens the link again: it shows the receipt now, and asks for nothing.")
    await _by_mail(stage, tell)
    await stage.silent(ANA)


async def _by_mail(stage: Stage, tell: Teller) -> None:
    await tell.line("system", "Ben Okafor owes $300.00. His notice goes out by mail, and he replies to it there.")
    await stage.notice("P101", "email")
    notice = await stage.mail("Harbor Family Med")
    await tell.line("mail", f"to {notice.recipients[0]}: {notice.subject}")
    words = "Hi, can I pay 50 today? Thanks, Ben"
    await stage.answer(notice, words)
    await tell.line("mail", f"from {notice.recipients[0]}: {words}")
    answer = await stage.mail("Pay here:")
    await tell.line("mail", f"to {answer.recipients[0]}: {AROUND.sub('', answer.text)}")
