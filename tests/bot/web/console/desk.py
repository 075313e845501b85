"""Staff of the practice in a browser without a screen, for tests of the console."""

import re
from dataclasses import dataclass
from typing import Any

from bot.staff import accounts as staff
from bot.store.staff import Role
from bot.store.staff_tables import staff as staff_table
from bot.web import keys
from tests.bot.web.house import ANA, Answer, House

KIM, PASSWORD = "kim@harbor.example", "four lamps over water"


@dataclass
class Desk:
    """A house with its staff."""

    house: House

    def link(self, email: str = KIM, role: Role = Role.BILLER, practice_id: int = 1) -> str:
        """Add somebody; the answer is the path of their set-up link."""
        world, now = self.house.app[keys.WORLD], self.house.clock()
        token = self.house.write(lambda conn: staff.add(conn, world.keys, practice_id, email, role, now))
        return f"/console/setup/{token}"

    async def enter(self, email: str = KIM, role: Role = Role.BILLER, practice_id: int = 1) -> Answer:
        """Add somebody and have them choose a password: they are in."""
        return await self.choose(self.link(email, role, practice_id))

    async def choose(self, link: str, password: str = PASSWORD, again: str | None = None) -> Answer:
        form = {"password": password, "again": password if again is None else again}
        return await self.house.post(link, form)

    async def sign_in(self, password: str = PASSWORD, email: str = KIM, **options: Any) -> Answer:
        return await self.house.post("/console", {"email": email, "password": password, "back": ""}, **options)

    async def leave(self) -> Answer:
        return await self.house.post("/console/sign-out")

    async def read(self, talk: int) -> Answer:
        return await self.house.get(f"/console/conversations/{talk}")

    async def say(self, talk: int, text: str, **more: str) -> Answer:
        """Answer as the page's own form would."""
        once = (await self.read(talk)).hidden("once")
        return await self.house.post(f"/console/conversations/{talk}/answer", {"text": text, "once": once, **more})

    async def asked_for(self, phone: str = ANA) -> int:
        """A patient asks for a person; the answer is their conversation."""
        await self.house.text("agent", phone)
        return self.house.talk(phone)

    def member_id(self, email: str = KIM) -> int:
        return int(self.house.rows(staff_table, staff_table.c.email == email)[0].id)


def words(answer: Answer) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
