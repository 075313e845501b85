"""The financial-help form: known or not, a dated task comes of it; nothing that is typed can harm."""

from datetime import timedelta

import pytest

from bot.paying.pages import helping
from bot.store import aid
from bot.store.money_tables import aid_requests
from bot.store.tables import page_sessions, people, tasks
from tests.bot.web.house import NOON, House

GOOD = {
    "name": "Ana Example",
    "contact": "206-555-0188",
    "way": "call",
    "household": "4",
    "income": "15000_30000",
    "reason": "job",
    "more": "The factory closed.",
}


async def test_without_signing_in(house: House) -> None:
    assert "no documents" in (await house.get("/pay/harbor/aid")).text
    answer = await house.post("/pay/harbor/aid", GOOD)
    assert "by 5 pm Fri 05/08" in answer.text
    (task,) = house.rows(tasks)
    assert (task.kind, task.person_ids) == ("aid", [])
    assert task.due_at == NOON.replace(day=9, hour=0, minute=0)
    written = house.write(lambda conn: aid.answers(conn, 1, task.id))
    assert written == {**GOOD, "contact": "+12065550188", "household": 4}
    assert all(one.notices_paused_until is None for one in house.rows(people))


async def test_who_is_known_is_left_in_peace_for_two_weeks(house: House) -> None:
    await house.post(f"/p/{house.link()}")
    first = house.rows(people)[0].first_name
    assert first not in (await house.get("/pay/harbor/aid")).text
    house.write(lambda conn: conn.execute(page_sessions.update().values(proof=2)))
    assert f'value="{first}' in (await house.get("/pay/harbor/aid")).text
    await house.post("/pay/harbor/aid", GOOD)
    (task,) = house.rows(tasks)
    assert task.person_ids == [house.ids["P1"]]
    assert house.rows(people)[0].notices_paused_until == NOON + timedelta(days=14)
    assert house.rows(people)[1].notices_paused_until is None
    assert house.rows(aid_requests)[0].person_id == house.ids["P1"]


BAD = [
    ({"name": ""}, "name"),
    ({"name": "4242 4242 4242 4242"}, "name"),
    ({"contact": "nowhere"}, "contact"),
    ({"household": "0"}, "household"),
    ({"household": "٣"}, "household"),
    ({"household": "-1"}, "household"),
    ({"income": "a lot"}, "income"),
    ({"reason": ""}, "reason"),
    ({"way": "pigeon"}, "way"),
    ({"more": "x" * 1001}, "more"),
]


@pytest.mark.parametrize("values,field", BAD)
async def test_mistakes_point_to_their_field(house: House, values: dict[str, str], field: str) -> None:
    answer = await house.post("/pay/harbor/aid", GOOD | values)
    assert answer.status == 400
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert "4242" not in answer.text
    assert house.rows(tasks) == []


async def test_what_may_be_a_card_is_not_kept_and_what_may_be_a_script_is_not_run(house: House) -> None:
    more = "my card is 4242 4242 4242 4242 <script>alert(1)</script>"
    await house.post("/pay/harbor/aid", GOOD | {"more": more})
    assert "4242 4242" not in str(house.rows(aid_requests)[0].answers)
    answer = await house.post("/pay/harbor/aid", GOOD | {"name": "<script>x</script>", "way": ""})
    assert "<script" not in answer.text


async def test_five_a_day_from_one_network(house: House) -> None:
    for _ in range(helping.MOST_OF_A_NETWORK):
        assert (await house.post("/pay/harbor/aid", GOOD)).status == 200
    assert (await house.post("/pay/harbor/aid", GOOD)).status == 429
    assert len(house.rows(tasks)) == helping.MOST_OF_A_NETWORK
    house.clock.forward(hours=25)
    assert (await house.post("/pay/harbor/aid", GOOD)).status == 200
