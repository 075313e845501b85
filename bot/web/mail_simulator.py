"""Answering a mail of the mailbox as its reader would, for development."""

from aiohttp import web

from bot.channels.patients_mail import NotSentError
from bot.web.forms import read_form
from bot.web.keys import CLOCK, MAILBOX, PATIENTS_MAIL

LONGEST = 20_000

routes = web.RouteTableDef()


@routes.post(r"/simulator/mailbox/{mail:\d{1,9}}/answer")
async def answer(request: web.Request) -> web.StreamResponse:
    """Sends the words, with the mail quoted below, through the mail door; then shows the mailbox again."""
    mail = request.app[MAILBOX].find(int(request.match_info["mail"]))
    if mail is None:
        raise web.HTTPNotFound
    form = await read_form(request)
    words = form.getall("words", [""])[-1][:LONGEST].replace("\r\n", "\n")
    if PATIENTS_MAIL not in request.app:
        raise web.HTTPConflict(
            text="The mail door is closed: PAYBOT_MAIL_LISTEN is empty, or mail is trusted elsewhere."
        )
    try:
        await request.app[PATIENTS_MAIL].answer(mail, words, request.app[CLOCK]())
    except NotSentError as refused:
        raise web.HTTPBadGateway(text=f"The mail was refused: {refused.answer}") from refused
    raise web.HTTPSeeOther("/simulator/mailbox")
