"""The rest of the site: health, simulators, refusals in the right form, and what must never be on in production."""

import logging
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app import CannotStartError, make_app
from bot.settings import load_settings
from bot.store.lock import AlreadyServedError
from bot.store.tables import inbox, outbox
from bot.web import keys
from bot.web.network import client
from tests import canaries
from tests.bot.web.house import ANA, NOON, OURS, Hands, House, open_house

PHONE = {"from": ANA, "to": OURS, "body": "BALANCE"}


async def test_health(house: House) -> None:
    assert (await house.get("/healthz")).text == "ok\n"
    ready = await house.get("/readyz")
    assert (ready.status, ready.text) == (200, "ready\n")


async def test_the_simulators_go_by_the_clock_of_the_practice(house: House) -> None:
    await house.get("/simulator/mailbox")
    await house.app[keys.LOCAL_TWILIO].text(ANA, OURS, "help")
    local = NOON.astimezone(ZoneInfo("America/Los_Angeles"))
    assert f'"time": "{local:%H:%M}"' in (await house.get("/simulator/phone/news?since=0")).text


async def test_not_ready_when_the_schema_is_another(house: House) -> None:
    house.write(lambda conn: conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'"))
    answer = await house.get("/readyz")
    assert answer.status == 503
    assert "paybot migrate" in answer.text


async def test_not_ready_when_nothing_leaves(house: House) -> None:
    house.app[keys.LOCAL_TWILIO].habits[ANA] = "busy"
    await house.app[keys.LOCAL_TWILIO].text(ANA, OURS, "help")
    await house.until(lambda: house.rows(outbox))
    house.write(lambda conn: conn.execute(outbox.update().values(state="queued", due_at=NOON.replace(hour=1), rank=0)))
    assert (await house.get("/readyz")).status in {200, 503}


@pytest.mark.parametrize(
    "path", ["/nothing", "/p", "/pay/harbor/nothing", "/%00", "/..%2f..%2fetc/passwd", "/" + "x" * 3000]
)
async def test_pages_that_are_none(house: House, path: str) -> None:
    answer = await house.get(path)
    assert answer.status == 404
    assert "<h1>" in answer.text
    assert (await house.get("/webhooks/nothing")).text.startswith("404")


async def test_a_bug_shows_and_logs_nothing_of_anybody(house: House, caplog: pytest.LogCaptureFixture) -> None:
    token = house.link()
    house.write(lambda conn: conn.exec_driver_sql("ALTER TABLE links RENAME TO gone"))
    answer = await house.get(f"/p/{token}")
    assert answer.status == 500
    assert "Something went wrong on our side" in answer.text
    assert "Traceback" not in answer.text
    assert token not in caplog.text
    assert "OperationalError while answering /p/{token}" in caplog.text
    house.write(lambda conn: conn.exec_driver_sql("ALTER TABLE gone RENAME TO links"))


async def test_the_phone_page_without_script(house: House) -> None:
    answer = await house.post("/simulator/phone/send", PHONE | {"body": "<b>hi</b> http://a.example/p/x."})
    assert answer.path.startswith("/simulator/phone?")
    assert "&lt;b&gt;hi&lt;/b&gt;" in answer.text
    assert '<a href="http://a.example/p/x"' in answer.text
    assert canaries.FIRST_NAMES[0] in answer.text


async def test_the_news_of_the_phones(house: House) -> None:
    assert (await house.post("/simulator/phone/send", PHONE | {"script": "1"})).text == '{"status": 200}'
    await house.until(house.said)
    news = await house.get("/simulator/phone/news?since=0")
    assert '"mine": true' in news.text
    assert "6-digit code" in news.text
    for since in ("", "x", "-1", "9" * 30, "%D9%A3"):
        assert (await house.get(f"/simulator/phone/news?since={since}")).status == 200
    assert '"texts": []' in (await house.get("/simulator/phone/news?since=99999999")).text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"from": "", "to": OURS, "body": "x"},
        {"from": "<b>", "to": OURS, "body": "x"},
        {"from": ANA, "to": "", "body": "x"},
    ],
)
async def test_phones_that_are_none(house: House, form: dict[str, str]) -> None:
    assert (await house.post("/simulator/phone/send", form)).status == 400
    assert (await house.post("/simulator/phone/habit", form)).status == 400
    assert house.rows(inbox) == []


@pytest.mark.parametrize("body", ["", "x" * 3000, "\x00", "🙂" * 900])
async def test_any_text_from_a_phone(house: House, body: str) -> None:
    assert (await house.post("/simulator/phone/send", PHONE | {"body": body})).status == 200
    assert len(house.rows(inbox)) == 1


@pytest.mark.parametrize(
    "habit,state",
    [("landline", "undelivered"), ("filtered", "undelivered"), ("opted_out", "failed"), ("invalid", "failed")],
)
async def test_a_phone_that_misbehaves(house: House, habit: str, state: str) -> None:
    await house.post("/simulator/phone/habit", {"number": ANA, "habit": habit})
    await house.app[keys.LOCAL_TWILIO].text(ANA, OURS, "help")
    await house.until(lambda: any(row.state == state for row in house.rows(outbox)))


async def test_a_lost_answer_is_found_again_and_not_sent_twice(house: House) -> None:
    await house.post("/simulator/phone/habit", {"number": ANA, "habit": "cut"})
    await house.app[keys.LOCAL_TWILIO].text(ANA, OURS, "help")
    await house.until(lambda: any(row.state == "delivered" for row in house.rows(outbox)))
    assert len([t for t in house.app[keys.LOCAL_TWILIO].texts(to=ANA) if not t.inbound]) == 1


async def test_the_mailbox_shows_hostile_mail_safely(house: House) -> None:
    await house.text("BALANCE")
    await house.until(house.app[keys.MAILBOX].mails)
    listed = await house.get("/simulator/mailbox")
    assert "/simulator/mailbox/1" in listed.text
    one = await house.get("/simulator/mailbox/1")
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in one.text
    html = await house.get("/simulator/mailbox/1/html")
    assert html.headers["Content-Security-Policy"].startswith("sandbox")
    assert "default-src 'none'" in html.headers["Content-Security-Policy"]
    assert (await house.get("/simulator/mailbox/99")).status == 404
    assert (await house.get("/simulator/mailbox/x")).status == 404


async def test_the_local_twilio_checks_who_asks(house: House) -> None:
    twilio = house.app[keys.LOCAL_TWILIO]
    path = f"/simulator/twilio/2010-04-01/Accounts/{twilio.account_sid}/Messages.json"
    for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "é"}):
        answer = await house.post(path, {"To": ANA, "From": OURS, "Body": "x"}, headers=headers)
        assert answer.status == 401
        assert '"code": 20003' in answer.text
    assert (await house.get(path)).status == 401
    assert twilio.texts() == []


async def test_what_twilio_forgets_stays_on_the_phone(house: House) -> None:
    twilio = house.app[keys.LOCAL_TWILIO]
    await twilio.text(ANA, OURS, "482913")
    [sent] = [text for text in twilio.texts() if text.inbound]
    twilio.redact(sent.sid)
    [kept] = [text for text in twilio.texts() if text.inbound]
    assert twilio.resource(kept)["body"] == ""
    assert "482913" in (await house.get("/simulator/phone/news?since=0")).text


async def test_no_simulators_in_production(tmp_path: Path) -> None:
    env = {
        "PAYBOT_ENVIRONMENT": "production",
        "PAYBOT_DATA_DIR": str(tmp_path),
        "PAYBOT_PUBLIC_URL": "https://pay.harbor.example",
        "PAYBOT_SECRET_KEY": "k" * 40,
    }
    with pytest.raises(Exception, match="simulator"):
        load_settings(env, env_file=None)


async def test_https_outside_means_secure_cookies_and_hsts(tmp_path: Path) -> None:
    async with open_house(tmp_path, Hands(NOON)) as house:
        settings = house.settings.model_copy(update={"public_url": "https://pay.harbor.example"})
        house.app._state[keys.SETTINGS] = settings
        path = f"http://{house.settings.listen}/p/{house.link()}"
        async with house.browser.post(path, allow_redirects=False) as answer:
            assert "__Host-paybot=" in answer.headers["Set-Cookie"]
            assert "Secure" in answer.headers["Set-Cookie"]
            assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


async def test_a_second_server_on_the_same_database(house: House, tmp_path: Path) -> None:
    with pytest.raises(AlreadyServedError):
        async with open_house(tmp_path):
            pass


async def test_a_database_at_another_version(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.write(lambda conn: conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(CannotStartError, match="paybot migrate"):
        async with open_house(tmp_path):
            pass


def test_the_simulator_needs_everything_in_one_process(tmp_path: Path) -> None:
    settings = load_settings({"PAYBOT_DATA_DIR": str(tmp_path)}, env_file=None)
    with pytest.raises(CannotStartError, match="leave --only out"):
        make_app(settings, only={"web"})


@pytest.mark.parametrize(
    "remote,forwarded,trusted,expected",
    [
        ("203.0.113.9", "198.51.100.1", (), "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", ("10.0.0.0/8",), "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", ("10.0.0.0/8",), "198.51.100.1"),
        ("10.0.0.1", "", ("10.0.0.0/8",), "10.0.0.1"),
        ("10.0.0.1", "garbage", ("10.0.0.0/8",), "None"),
        ("::ffff:203.0.113.9", "", (), "203.0.113.9"),
    ],
)
def test_who_is_behind_a_proxy(remote: str, forwarded: str, trusted: tuple[str, ...], expected: str) -> None:
    from ipaddress import ip_network

    from aiohttp.test_utils import make_mocked_request

    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=remote)
    assert str(client(request, [ip_network(each) for each in trusted])) == expected


def test_libraries_that_log_what_they_carry_are_quiet() -> None:
    from bot import logs

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    before = {name: logging.getLogger(name).level for name in logs.QUIET}
    try:
        logs.set_up("debug", console=False)
        for name in ("twilio.http_client", "mail.log", "sqlalchemy.engine", "aiohttp.server", "transitions.core"):
            assert not logging.getLogger(name).isEnabledFor(logging.INFO), name
    finally:
        root.handlers, root.level = handlers, level
        for name, was in before.items():
            logging.getLogger(name).setLevel(was)
