"""What keeps a plan from charging anybody while it is found out what they want."""

from conversations.effects import ChangePlan, SendMail
from conversations.turn import Turn


def hold_plans(turn: Turn) -> None:
    """Pause every plan that runs for the people here and those they pay for; a mail confirms it to them."""
    held = []
    for person in (*turn.facts.people, *turn.facts.family):
        if person.plan and person.plan.state == "active" and not person.plan.paused:
            turn.do(ChangePlan(person.plan.id, "pause"))
            held.append(person.id)
    if held and turn.facts.channel == "text":
        turn.do(SendMail("consent/plan_held", tuple(held)))
