"""An answer is given once, whoever asks at the same moment and wherever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from bot.store import idempotency
from bot.store.api_tables import api_keys
from bot.store.idempotency import Asked, Kept, ReusedKeyError
from tests.harbor import make_harbor

NOW = datetime(2026, 5, 6, 17, 5, tzinfo=UTC)


@pytest.fixture
def asked(engine: Engine) -> Asked:
    practice = make_harbor(engine).practice_id
    row = {"practice_id": practice, "name": "billing", "digest": "d", "made_at": NOW}
    with engine.begin() as conn:
        key: int = conn.execute(api_keys.insert().returning(api_keys.c.id), row).scalar_one()
    return idempotency.asked(key, "order-1", "POST", "/pay-links", "{}")


def test_who_asks_beside_waits_and_gets_the_same_answer(engine: Engine, asked: Asked) -> None:
    def do(n: int) -> Kept | None:
        with engine.begin() as conn:
            before = idempotency.begin(conn, asked, NOW)
            if before is None:
                idempotency.finish(conn, asked, Kept(201, f"made by {n}"))
            return before

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(do, range(24)))
    assert found.count(None) == 1
    assert len({kept for kept in found if kept}) == 1


def test_what_failed_was_never_asked(engine: Engine, asked: Asked) -> None:
    with engine.connect() as conn:
        assert idempotency.begin(conn, asked, NOW) is None
        conn.rollback()
    with engine.begin() as conn:
        assert idempotency.begin(conn, asked, NOW) is None


def test_another_request_under_the_same_key_is_told(engine: Engine, asked: Asked) -> None:
    other = idempotency.asked(asked.api_key_id, "order-1", "POST", "/pay-links", '{"a":1}')
    with engine.begin() as conn:
        idempotency.begin(conn, asked, NOW)
    with engine.begin() as conn, pytest.raises(ReusedKeyError):
        idempotency.begin(conn, other, NOW)
