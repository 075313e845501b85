"""Pages for staff: sign-in, conversations, tasks, patients. They work without a script, and have none."""

from aiohttp import web

from bot.web.console import answering, conversations, doors, patients, tasks

ROUTES: tuple[web.RouteTableDef, ...] = (
    doors.routes,
    conversations.routes,
    answering.routes,
    tasks.routes,
    patients.routes,
)
