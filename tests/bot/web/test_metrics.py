"""Metrics: what they say after real traffic, that no label is personal, and that nobody waits for them when off."""

import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, update

from bot.app import ENGINE, _health_app, make_runner
from bot.store.tables import codes, outbox, tasks
from bot.tallies import SECONDS, Spread, among, code_or_other
from bot.web import keys
from bot.web.door import Door
from tests import canaries
from tests.bot.web.house import ANA, NOON, Hands, House, open_house
from tests.bot.web.test_twilio import FORM, STATUS, send
from tests.servers.ports import free_port


class Scraped:
    """The page, read as Prometheus reads it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.samples: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                self.samples[sample.name, tuple(sorted(sample.labels.items()))] = sample.value

    def __call__(self, name: str, **labels: str) -> float:
        return self.samples[name, tuple(sorted(labels.items()))]


async def scrape(house: House) -> Scraped:
    runner, port = make_runner(_health_app(house.app)), free_port()
    await runner.setup()
    try:
        await Door(runner, "127.0.0.1", port).start()
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/plain")
            return Scraped(await answer.text())
    finally:
        await runner.cleanup()


@pytest.fixture
async def measured(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, Hands(NOON), PAYBOT_METRICS_LISTEN="127.0.0.1:1") as house:
        yield house


async def test_what_came_in_went_out_and_was_asked_for(measured: House) -> None:
    await measured.text("BALANCE")
    await measured.get("/p/" + canaries.TOKENS[0])
    await measured.get(f"/nowhere/{canaries.FIRST_NAMES[0]}")
    page = await scrape(measured)
    assert page("paybot_http_answers_total", route="/webhooks/twilio/sms", status="200") == 1
    assert page("paybot_http_answers_total", route="(none)", status="404") == 1
    assert page("paybot_http_seconds_count", route="/webhooks/twilio/sms") == 1
    assert page("paybot_inbound_total", source="twilio", outcome="answered") == 1
    assert page("paybot_sends_total", channel="text", result="accepted", error_code="") >= 1
    assert page("paybot_batch_events_count") == page("paybot_batch_seconds_count") >= 1
    assert page("paybot_batch_events_bucket", le="+Inf") == page("paybot_batch_events_count")
    assert page("paybot_database_up") == 1


async def test_what_waits_is_counted_in_the_database(measured: House) -> None:
    await measured.text("BALANCE")
    await measured.delivered()
    late = NOON - timedelta(seconds=90)
    with measured.app[ENGINE].begin() as conn:
        conn.execute(update(outbox).values(state="uncertain"))
        row = {"kind": "disputed", "person_ids": [], "opened_at": late}
        conn.execute(insert(tasks), [row | {"due_at": late}, row | {"due_at": NOON + timedelta(days=1)}])
        conn.execute(insert(tasks), [row | {"due_at": late, "done_at": NOON}])
    page = await scrape(measured)
    assert page("paybot_outbox_rows", state="uncertain") == len(measured.rows(outbox))
    assert page("paybot_outbox_rows", state="held") == 0
    assert page("paybot_tasks_open") >= 2
    assert page("paybot_tasks_overdue") >= 1
    assert page("paybot_payments", state="paid") == 0
    assert page("paybot_outbox_oldest_due_seconds", rank="reply") == 0


async def test_codes_that_nobody_types_back_are_counted_once_their_time_is_over(measured: House) -> None:
    talk = measured.talk(ANA)
    code = {"practice_id": 1, "conversation_id": talk, "way": "text", "typed": "thread", "person_ids": [1]}
    fates = [(11, "used"), (12, "open"), (69, "older"), (71, "open"), (9, "used"), (5, "open")]
    ages = [(NOON - timedelta(minutes=age), state) for age, state in fates]
    rows = [code | {"ordered_at": sent, "sent_at": sent, "state": state} for sent, state in ages]
    measured.write(lambda conn: conn.execute(insert(codes), rows))
    page = await scrape(measured)
    assert page("paybot_codes_last_hour", fate="used") == 1
    assert page("paybot_codes_last_hour", fate="not_used") == 2


async def test_news_of_the_provider_by_state_and_code(measured: House) -> None:
    news = {"MessageSid": "SM9", "MessageStatus": "undelivered", "ErrorCode": "30005"}
    assert (await send(measured, news, STATUS)).status == 204
    odd = {"MessageSid": "SM8", "MessageStatus": canaries.FIRST_NAMES[0], "ErrorCode": canaries.PHONES[0][2:]}
    assert (await send(measured, odd, STATUS)).status == 204
    page = await scrape(measured)
    assert page("paybot_delivery_news_total", state="undelivered", error_code="30005") == 1
    assert page("paybot_delivery_news_total", state="other", error_code="other") == 1


async def test_no_label_is_personal(measured: House) -> None:
    for body in (*canaries.BODIES, *canaries.CARDS, canaries.FIRST_NAMES[0], *canaries.CODES):
        await send(measured, FORM | {"MessageSid": f"SM{hash(body)}", "Body": body})
    link = measured.link()
    await measured.get(f"/p/{link}")
    for path in (*canaries.PHONES, *canaries.EMAILS, *canaries.TOKENS, *canaries.LAST_NAMES):
        await measured.get(f"/{path}")
        await measured.get(f"/p/{path}?phone={path}")
    page = await scrape(measured)
    assert canaries.find(page.text) == []
    assert link not in page.text
    assert ANA.removeprefix("+1") not in page.text


async def test_without_a_database_the_rest_is_still_told(measured: House) -> None:
    measured.write(lambda conn: conn.exec_driver_sql("DROP TABLE payment_holds"))
    measured.write(lambda conn: conn.exec_driver_sql("DROP TABLE payments"))
    page = await scrape(measured)
    assert page("paybot_database_up") == 0
    assert not [name for name, _ in page.samples if name.startswith("paybot_outbox")]
    assert page("process_start_time_seconds") > 0


async def test_off_by_default(house: House) -> None:
    assert keys.METRICS not in house.app
    assert (await house.get("/metrics")).status == 404


def test_the_library_is_loaded_only_where_it_is_used() -> None:
    asked = "import sys, bot.app, bot.worker, bot.smtp; print('prometheus_client' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_buckets_hold_their_upper_bound() -> None:
    spread = Spread(SECONDS)
    for value in (0.0, SECONDS[0], SECONDS[1], 99.0):
        spread.add(value)
    assert (spread.counts[0], spread.counts[1], spread.counts[-1]) == (2, 1, 1)


@pytest.mark.parametrize(
    "code, told",
    [("30005", "30005"), (None, ""), ("bad_address", "bad_address"), ("4155550171", "other"), ("Ana", "other")],
)
def test_error_codes_are_short(code: str | None, told: str) -> None:
    assert code_or_other(code) == told


def test_a_strange_word_is_other() -> None:
    assert [among(word, {"sent"}) for word in ("sent", "ana ruiz")] == ["sent", "other"]
