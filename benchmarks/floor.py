"""The floor: a bare aiohttp handler that parses the form and checks the signature, and does nothing else."""

import sys

from aiohttp import web
from twilio.request_validator import RequestValidator

from benchmarks.load import TOKEN


def main(port: int) -> None:
    """Serve until killed."""
    validator = RequestValidator(TOKEN)
    base = f"http://127.0.0.1:{port}"

    async def sms(request: web.Request) -> web.Response:
        form = await request.post()
        if not validator.validate(base + request.raw_path, form, request.headers.get("X-Twilio-Signature", "")):
            return web.Response(status=403)
        return web.Response(text="<Response/>", content_type="text/xml")

    app = web.Application()
    app.router.add_post("/webhooks/twilio/sms", sms)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
