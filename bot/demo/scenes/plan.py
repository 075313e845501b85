"""A plan: offered, asked for in the patient's own terms, approved, signed on the page, and charged when it is due."""

import re
from datetime import datetime, timedelta

from bot.demo.scenes.hands import Player, hidden, link_in
from bot.demo.stage import DemoFailedError, Stage
from bot.demo.story import ZONE
from bot.demo.telling import Teller

BEN = "+12065550112"
LEE = "lee@harbor.example"
LATER = timedelta(minutes=20)
ANNOUNCED = datetime(2026, 5, 12, 10, 0, tzinfo=ZONE)
DUE = datetime(2026, 5, 15, 9, 5, tzinfo=ZONE)


async def plan(stage: Stage, tell: Teller) -> None:
    """From PLAN to the first installment."""
    ben = Player(stage, tell, BEN)
    await tell.line("system", "Ben Okafor owes $300.00, which is more than he can pay at once.")
    await ben.says("PLAN", "6-digit code")
    await ben.says(await ben.code_by_mail(), "Plans for $300.00")
    await ben.says("i can only do 40 a month", "7 payments")
    await ben.says("ask", "Sent to billing")
    await _approved(stage, tell)
    link = link_in(await ben.hears("approved: 7 x $40.00"))
    await _signs(stage, tell, ben, link)
    await ben.hears("your plan is on")
    await _time_passes(stage, tell, ben)


async def _approved(stage: Stage, tell: Teller) -> None:
    await stage.hire(LEE)
    tasks = await stage.get("/console/tasks", "8 payments of $40.00")
    found = re.search(r"/console/plans/[0-9]+/approve", tasks)
    if not found:
        raise DemoFailedError("Expected a button that approves the plan, and the tasks had none.")
    await tell.line("web", "Lee from billing finds it among the tasks of the console, with its terms, and approves it.")
    await stage.post(found[0], {}, "Tasks")


async def _signs(stage: Stage, tell: Teller, ben: Player, link: str) -> None:
    await tell.line("web", "He opens the link. An agreement is for him alone, so the page asks for a code first.")
    stage.clock.move_to(stage.clock() + LATER)
    await ben.opens(link, "code")
    await stage.post(link, {"step": "ask", "way": "email"}, "code")
    agreement = await stage.post(link, {"step": "code", "code": await ben.code_by_mail()}, "$300.00")
    await tell.line("web", "What he owes, eight dates and sums, what it costs (nothing): he types his name and signs.")
    signed = {"step": "sign", "seen": hidden(agreement, "seen"), "method": "new", "agree": "yes", "name": "Ben Okafor"}
    await ben.chooses_card(await stage.post(stage.at, signed, "approve"), "$40.00")


async def _time_passes(stage: Stage, tell: Teller, ben: Player) -> None:
    stage.clock.move_to(ANNOUNCED)
    await tell.line("system", f"The clock moves on to {stage.clock.words()}.")
    await ben.hears("$40.00 on Fri 05/15")
    stage.clock.move_to(DUE)
    await tell.line("system", f"And to {stage.clock.words()}.")
    await ben.hears("$40.00")
