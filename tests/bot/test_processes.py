"""Web, worker and mail as processes of their own, on PostgreSQL: what one takes another sends, once, Redis or not."""

import asyncio
import smtplib
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import select

from bot import sample
from bot.store.engine import make_engine
from bot.store.tables import inbox, outbox
from tests import canaries
from tests.bot.incoming_mail.house import mail
from tests.bot.plant import DOMAIN, Plant, open_plant
from tests.bot.test_cli_serve import PAYBOT
from tests.harbor import Harbor, make_harbor
from tests.servers.valkey import running_valkey
from tests.stand_ins.twilio import ACCOUNT

PHONE, MAIL = canaries.PHONES[0], canaries.EMAILS[0]
MANY = 800
"""More than one worker takes before the other one looks."""
NOT_HELD_UP = {"segments_per_second": 1000, "segments_per_day": 100_000}


@pytest.fixture
def practice(postgres_url: str) -> Iterator[Harbor]:
    """A practice whose numbers are fast, with one patient."""
    engine = make_engine(postgres_url)
    harbor = make_harbor(engine, sending=NOT_HELD_UP)
    harbor.patient("Anabrisa Quintanabar", phone=PHONE, mail=MAIL, owes=18450)
    yield harbor
    engine.dispose()


@pytest.fixture
async def plant(practice: Harbor, tmp_path: Path, postgres_url: str) -> AsyncIterator[Plant]:
    """Without Redis."""
    async with open_plant(tmp_path, postgres_url) as plant:
        yield plant


async def some_answers(plant: Plant, count: int = 5) -> list[float]:
    await plant.answered_after("HELP", PHONE, "SM-first")
    return [await plant.answered_after("BALANCE", f"+1206555{1000 + n}", f"SM{n}") for n in range(count)]


async def test_redis_carries_the_wake_up_to_the_worker(
    practice: Harbor, tmp_path: Path, postgres_url: str, valkey_url: str
) -> None:
    async with open_plant(tmp_path, postgres_url, valkey_url) as plant:
        await plant.start("web", "worker")
        waits = await some_answers(plant)
        assert median(waits) < 0.3
        assert canaries.find(await plant.stop()) == []
        assert plant.twilio.faults == []


async def test_without_redis_the_worker_looks_each_second(plant: Plant) -> None:
    await plant.start("web", "worker")
    waits = await some_answers(plant)
    assert median(waits) < 1.5
    assert canaries.find(await plant.stop()) == []


async def test_a_practice_begins_to_text_by_its_own_account_while_they_run(plant: Plant, practice: Harbor) -> None:
    """Both the practice and its token come after the start; nothing is restarted."""
    own, token, number = "AC" + "5" * 32, "token-of-the-subaccount", "+12065550177"
    plant.twilio.accounts[own] = token
    secrets = plant.folder / "secrets"
    secrets.mkdir()
    plant.env = {**plant.env, "PAYBOT_SECRETS_DIR": str(secrets)}
    await plant.start("web", "worker")
    assert await plant.brought("HELP", PHONE, "SM1", number, own) == 403
    file = sample.PRACTICE.read_text("utf-8").replace('"harbor"', '"bay"').replace("+12065550100", number)
    (plant.folder / "bay.toml").write_text(f'twilio_account_sid = "{own}"\n{file}', "utf-8")
    applying = [*PAYBOT, "practice", "apply", "bay.toml"]
    applied = await asyncio.to_thread(
        subprocess.run, applying, env=plant.env, cwd=plant.folder, capture_output=True, text=True, check=False
    )
    assert applied.returncode == 0, applied.stderr
    (secrets / f"PAYBOT_TWILIO_AUTH_TOKEN_{own}").write_text(token)
    async with asyncio.timeout(10):
        while await plant.brought("HELP", PHONE, "SM2", number, own) == 403:  # noqa: ASYNC110 - another process looks
            await asyncio.sleep(0.05)
    await plant.reached(1)
    await plant.answered_after("HELP", PHONE, "SM3")
    assert (plant.twilio.left_by(own), plant.twilio.left_by(ACCOUNT)) == ([PHONE], [PHONE])
    assert canaries.find(await plant.stop()) == []
    assert plant.twilio.faults == []


async def test_two_workers_send_each_text_once_though_redis_dies(
    practice: Harbor, tmp_path: Path, postgres_url: str
) -> None:
    phones = [f"+1206555{2000 + n}" for n in range(MANY)]
    with ExitStack() as redis:
        async with open_plant(tmp_path, postgres_url, redis.enter_context(running_valkey())) as plant:
            await plant.start("web", "worker", "worker")
            texts = [asyncio.create_task(plant.text("HELP", phone, f"SM{phone[1:]}")) for phone in phones]
            await plant.reached(MANY // 4)
            await asyncio.to_thread(redis.close)
            await asyncio.gather(*texts)
            await plant.reached(MANY - MANY // 4)
            by_process = await plant.sends()
            # Quietly gone workers have written down what came back: nothing is left open, nothing was sent again.
            assert canaries.find(await plant.stop()) == []
            assert Counter(one["to"] for one in plant.twilio.messages) == dict.fromkeys(phones, 1)
    assert len(by_process) == 2
    assert sum(by_process) == MANY
    assert {row["state"] for row in practice.rows(select(outbox.c.state))} == {"sent"}
    assert {row["outcome"] for row in practice.rows(select(inbox.c.outcome))} == {"answered"}


async def test_a_mail_at_the_mail_process_is_answered_by_the_worker(practice: Harbor, plant: Plant) -> None:
    await plant.start("mail", "worker")
    await asyncio.to_thread(hand_in, plant.mail_port, mail("How much do I owe?", sender=MAIL))
    async with asyncio.timeout(20):
        await plant.relay.arrived.wait()
    assert [one["To"] for one in plant.relay.mails] == [MAIL]
    (row,) = practice.all(inbox)
    assert (row["provider"], row["outcome"]) == ("mail", "answered")
    assert canaries.find(await plant.stop()) == []


async def test_the_simulators_need_one_process(plant: Plant) -> None:
    env = {name: value for name, value in plant.env.items() if not name.startswith("PAYBOT_TWILIO")}
    command = [*PAYBOT, "serve", "--only", "worker"]
    done = await asyncio.to_thread(
        subprocess.run, command, env=env | {"PAYBOT_SMS": "simulator"}, cwd=plant.folder, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "leave --only out" in done.stderr


def hand_in(port: int, raw: str) -> None:
    """As our own relay does."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="relay.harbor.example", timeout=20) as client:
        client.sendmail(MAIL, [f"harbor@{DOMAIN}"], raw.encode())
