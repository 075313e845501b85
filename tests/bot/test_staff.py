"""Staff are added, reset and removed; they sign in and out; on both databases."""

import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine

from bot.staff import accounts as staff
from bot.staff import passwords
from bot.staff.accounts import Refused, SignedIn, StaffError
from bot.store import staff as store
from bot.store.staff import Role
from bot.store.writer import Writer
from tests.harbor import KEYS, NOW, Harbor

KIM, PASSWORD, NETWORK = "kim@harbor.example", "four lamps over water", "net:203.0.113.0/24"


@pytest.fixture
async def writer(engine: Engine) -> AsyncIterator[Writer]:
    made = Writer(engine)
    yield made
    made.close()


async def set_up(writer: Writer, harbor: Harbor, email: str = KIM) -> SignedIn:
    token = await writer.run(lambda conn: staff.add(conn, KEYS, harbor.practice_id, email, Role.BILLER, NOW))
    became = await staff.set_up(writer, KEYS, token, PASSWORD, NOW)
    assert became
    return became


async def enter(writer: Writer, password: str = PASSWORD, email: str = KIM, network: str = NETWORK) -> object:
    return await staff.sign_in(writer, KEYS, email, password, network, NOW)


async def here(writer: Writer, cookie: str) -> object:
    return await writer.run(lambda conn: staff.present(conn, KEYS, cookie, NOW))


async def test_in_by_any_spelling_of_the_address(writer: Writer, harbor: Harbor) -> None:
    became = await set_up(writer, harbor, " Kim@Harbor.Example ")
    assert became.member.email == KIM
    entered = await enter(writer, email="KIM@harbor.example ")
    assert isinstance(entered, SignedIn)
    assert entered.cookie != became.cookie
    assert await here(writer, became.cookie)
    assert await here(writer, entered.cookie)
    assert await here(writer, "x" * 32) is None


async def test_a_link_pressed_twice_at_once_works_once(writer: Writer, harbor: Harbor) -> None:
    token = await writer.run(lambda conn: staff.add(conn, KEYS, harbor.practice_id, KIM, Role.BILLER, NOW))
    first, second = [await staff.set_up(writer, KEYS, token, PASSWORD, NOW) for _ in range(2)]
    assert first
    assert second is None


async def test_a_reset_ends_password_links_and_sessions(writer: Writer, harbor: Harbor) -> None:
    became = await set_up(writer, harbor)
    older = await writer.run(lambda conn: staff.reset(conn, KEYS, KIM, NOW))
    newer = await writer.run(lambda conn: staff.reset(conn, KEYS, KIM, NOW))
    assert await here(writer, became.cookie) is None
    assert await enter(writer) is Refused.WRONG
    assert await staff.set_up(writer, KEYS, older, PASSWORD, NOW) is None
    assert await staff.set_up(writer, KEYS, newer, PASSWORD, NOW)
    assert isinstance(await enter(writer), SignedIn)


async def test_who_is_removed_is_out_and_may_come_back(writer: Writer, harbor: Harbor) -> None:
    became = await set_up(writer, harbor)
    await writer.run(lambda conn: staff.remove(conn, KIM, NOW))
    assert await here(writer, became.cookie) is None
    assert await enter(writer) is Refused.WRONG
    assert await writer.run(store.every) == []
    with pytest.raises(StaffError, match="Nobody here"):
        await writer.run(lambda conn: staff.reset(conn, KEYS, KIM, NOW))
    again = await set_up(writer, harbor)
    assert again.member.id == became.member.id


@pytest.mark.parametrize(
    "email", ["kim", "@harbor.example", "kim@", "kim <kim@x.example>", "kim@x.example,eve@x.example"]
)
async def test_what_is_no_address_is_refused(writer: Writer, harbor: Harbor, email: str) -> None:
    with pytest.raises(StaffError, match="not an email address"):
        await writer.run(lambda conn: staff.add(conn, KEYS, harbor.practice_id, email, Role.BILLER, NOW))


async def test_nobody_is_added_twice(writer: Writer, harbor: Harbor) -> None:
    await set_up(writer, harbor)
    with pytest.raises(StaffError, match="paybot staff reset"):
        await writer.run(lambda conn: staff.add(conn, KEYS, harbor.practice_id, KIM, Role.AUDITOR, NOW))


async def test_tries_count_by_address_and_network(writer: Writer, harbor: Harbor) -> None:
    await set_up(writer, harbor)
    for _ in range(staff.TRIES_BOTH):
        assert await enter(writer, "wrong wrong wrong") is Refused.WRONG
    assert await enter(writer) is Refused.TOO_OFTEN
    assert isinstance(await enter(writer, network="net:198.51.100.0/24"), SignedIn), "elsewhere they are not locked out"


async def test_a_right_password_forgets_the_slips_before_it(writer: Writer, harbor: Harbor) -> None:
    await set_up(writer, harbor)
    for _ in range(2):
        for _ in range(staff.TRIES_BOTH - 1):
            assert await enter(writer, "wrong wrong wrong") is Refused.WRONG
        assert isinstance(await enter(writer), SignedIn)


async def test_nobody_takes_as_long_as_somebody() -> None:
    kept = await passwords.hashed(PASSWORD)

    async def takes(hash_: str | None) -> float:
        start = time.perf_counter()
        assert not await passwords.matches("another one entirely", hash_)
        return time.perf_counter() - start

    # The very first one too: nothing is made ready then that would tell.
    unknown, known = [min([await takes(one) for _ in range(3)]) for one in (None, kept)]
    assert 0.3 < unknown / known < 3
    assert not passwords.outdated(passwords._NOBODYS)


async def test_letters_count_as_read_and_not_as_typed() -> None:
    assert await passwords.matches("cafe\u0301 over the water", await passwords.hashed("caf\u00e9 over the water"))
