"""What the players of the scenes do again and again: text, read a code out of a mail, press through the checkout."""

import re
from dataclasses import dataclass

from bot.demo.stage import DemoFailedError, Stage
from bot.demo.telling import Teller

CHECKOUT = "/pay/harbor/checkout"


@dataclass(frozen=True, slots=True)
class Player:
    """A patient at the demo's phone, mailbox and browser, and the teller who says what they do."""

    stage: Stage
    tell: Teller
    phone: str

    async def says(self, body: str, expected: str) -> str:
        """Texts, and reads the answer."""
        await self.tell.line("patient", body)
        await self.stage.text(self.phone, body)
        return await self.hears(expected)

    async def hears(self, expected: str) -> str:
        """Reads the next text."""
        answer = await self.stage.hears(self.phone, expected)
        await self.tell.line("practice", answer)
        return answer

    async def code_by_mail(self) -> str:
        """The code in the next mail."""
        mail = await self.stage.mail("")
        found = re.search(r"\b(\d{6})\b", mail.text)
        if not found:
            raise DemoFailedError("Expected a mail with a code of six digits, and it had none.")
        await self.tell.line("mail", f"to {mail.recipients[0]}: {mail.subject} {found[1]}")
        return found[1]

    async def reads_mail(self, expected: str) -> None:
        """The next mail, of which only the subject is told."""
        mail = await self.stage.mail(expected)
        await self.tell.line("mail", f"to {mail.recipients[0]}: {mail.subject}")

    async def opens(self, link: str, expected: str) -> str:
        """Opens a pay link and presses its button."""
        self.stage.page = link
        await self.stage.get(link, "<form")
        return await self.stage.post(link, {"step": "open"}, expected)

    async def chooses_card(self, page: str, expected: str) -> str:
        """Takes the test card that is approved, on the sandbox's page."""
        confirm = {"step": "confirm", "payment": hidden(page, "payment"), "card": "approve"}
        await self.tell.line("web", "The sandbox checkout offers test cards; they take the one that is approved.")
        return await self.stage.post(CHECKOUT, confirm, expected)


def hidden(page: str, name: str) -> str:
    """What a form of the page carries along."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if not found:
        raise DemoFailedError(f"Expected a page with {name} in its form, and it had none.")
    return found[1]


def link_in(text: str) -> str:
    """The pay link in a text."""
    found = re.search(r"http://\S+/p/[\w-]{22}", text)
    if not found:
        raise DemoFailedError("Expected a text with a link, and it had none.")
    return found[0]
