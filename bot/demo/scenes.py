"""The dialogues that can be played. Each step says what it expects, so that the demo is a test as well."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.demo.stage import DemoFailedError, Stage
from bot.demo.telling import Teller

ANA, CARMEN = "+12065550111", "+12065550114"
AROUND = re.compile(r"^--- .* ---\s|\s-- \s.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Scene:
    """One dialogue."""

    title: str
    play: Callable[[Stage, Teller], Awaitable[None]]


async def happy_path(stage: Stage, tell: Teller) -> None:
    """Notice, BALANCE, code by mail, PAY, checkout, receipt by text and by mail; and a notice answered by mail."""
    await tell.line("system", "Ana Ruiz owes $184.50 for two visits; she agreed to texts, and has an email address.")
    await stage.notice("P100")
    await tell.line("practice", await stage.hears(ANA, "Harbor Family Med"))
    await _says(stage, tell, ANA, "Balance", "6-digit code")
    code = await _code_by_mail(stage, tell)
    await _says(stage, tell, ANA, code, "$184.50")
    answer = await _says(stage, tell, ANA, "pay", "$184.50")
    await _pays(stage, tell, _link(answer), "18450", "$184.50")
    await tell.line("practice", await stage.hears(ANA, "Paid $184.50"))
    receipt = await stage.mail("$184.50")
    await tell.line("mail", f"to Ana: {receipt.subject}")
    await stage.post(_link(answer), {"step": "open"}, "HFM-")
    await tell.line("web", "She opens the link again: it shows the receipt now, and asks for nothing.")
    await _by_mail(stage, tell)
    await stage.silent(ANA)


async def spanish(stage: Stage, tell: Teller) -> None:
    """The same in Spanish, up to the amount."""
    await tell.line("system", "Carmen Vega owes $184.50 and reads Spanish.")
    await _says(stage, tell, CARMEN, "Hola, cuanto debo?", "clave")
    code = await _code_by_mail(stage, tell)
    await _says(stage, tell, CARMEN, code, "$184.50")
    await _says(stage, tell, CARMEN, "pagar 50", "$134.50")


async def stop(stage: Stage, tell: Teller) -> None:
    """STOP in the middle of a code, silence, START."""
    await _says(stage, tell, ANA, "Balance", "6-digit code")
    code = await _code_by_mail(stage, tell)
    await _says(stage, tell, ANA, "STOP", "opted out")
    await tell.line("patient", code)
    await stage.text(ANA, code)
    await tell.line("system", "No answer: after STOP there is only silence.")
    await _says(stage, tell, ANA, "start", "texts are on again")


SCENES = {
    "happy-path": Scene("From the notice to the receipt", happy_path),
    "spanish": Scene("In Spanish", spanish),
    "stop": Scene("STOP, and START again", stop),
}


async def _says(stage: Stage, tell: Teller, phone: str, body: str, expected: str) -> str:
    await tell.line("patient", body)
    await stage.text(phone, body)
    answer = await stage.hears(phone, expected)
    await tell.line("practice", answer)
    return answer


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


async def _code_by_mail(stage: Stage, tell: Teller) -> str:
    mail = await stage.mail("")
    found = re.search(r"\b(\d{6})\b", mail.text)
    if not found:
        raise DemoFailedError("Expected a mail with a code of six digits, and it had none.")
    await tell.line("mail", f"to {mail.recipients[0]}: {mail.subject} {found[1]}")
    return found[1]


async def _pays(stage: Stage, tell: Teller, link: str, owed_cents: str, owed: str) -> None:
    stage.page = link
    await stage.get(link, "<form")
    await tell.line("web", "Ana opens the link. The page shows no amount yet, only a button; she presses it.")
    await stage.post(link, {"step": "open"}, owed)
    await tell.line("web", f"Her balance: {owed}, each visit with what insurance paid. She chooses to pay all of it.")
    begin = {"step": "begin", "choice": "whole", "owed": owed_cents}
    checkout = await stage.post("/pay/harbor/checkout", begin, "approve")
    found = re.search(r'name="payment" value="([^"]*)"', checkout)
    if not found:
        raise DemoFailedError("Expected the checkout, and it named no payment.")
    await tell.line("web", "The sandbox checkout offers test cards; she takes the one that is approved.")
    confirm = {"step": "confirm", "payment": found[1], "card": "approve"}
    await stage.post("/pay/harbor/checkout", confirm, "HFM-")


def _link(text: str) -> str:
    found = re.search(r"http://\S+/p/[\w-]{22}", text)
    if not found:
        raise DemoFailedError("Expected a text with a link, and it had none.")
    return found[0]
