"""What tests of the paying pages do again and again: come in, prove more, choose, save a card, have a plan."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from bot.app import ENGINE
from bot.imports import Into, import_file
from bot.store import cards, plans
from bot.store.cards import Card
from bot.store.money_tables import cards as card_rows
from bot.store.money_tables import sandbox_book
from bot.store.plans import NewPlan
from bot.store.tables import conversations, page_sessions
from conversations.conversation import Conversation, Proof
from tests.bot.web.house import ANA, Answer, House

CHECKOUT = "/pay/harbor/checkout"
KEPT: dict[str, Any] = {
    "payment": "", "amount_cents": 0, "account": "", "keep": True, "customer": "customer_x", "card": "approve",
    "alone": False, "ends_at": "", "ended": "", "forgotten": False, "refunds": [],
}  # fmt: skip
"""What the sandbox remembers of a card that it keeps."""
WHOLE = {"step": "begin", "choice": "whole"}
COLUMNS = "charge_id,patient_id,service_date,patient_owes,provider,encounter_id,location,description"
ITEMISED = f"""{COLUMNS},billed,insurance_paid,adjustment
C1,P1,2026-03-14,120.00,Dr. Okafor,E1,Harbor North,Zebra examination,310.00,150.00,40.00
C9,P1,2026-03-14,10.00,Dr. Okafor,E1,Harbor North,Giraffe bandage,30.00,20.00,0.00
"""


async def enter(house: House, *patients: str, proof: int = 1, **values: Any) -> Answer:
    """Signed in by the first press of a link, with as much proof and for whom the test needs."""
    page = await house.post(f"/p/{house.link(**values)}")
    about = {"person_ids": [house.ids[one] for one in patients]} if patients else {}
    house.write(lambda conn: conn.execute(page_sessions.update().values(proof=proof, **about)))
    return await house.get("/pay/harbor/balance") if proof != 1 or patients else page


def proved_thread(house: House, *patients: str, ago: float = 0) -> None:
    """They have typed a code into their thread, `ago` minutes since; of Ana where nobody is named."""
    talk, proved = house.talk(ANA), house.clock() - timedelta(minutes=ago)
    ids = tuple(house.ids[one] for one in patients or ("P1",))
    kept = Conversation(proof=Proof.PERSON, proof_until=proved + timedelta(minutes=30), proof_people=ids).to_json()
    house.write(lambda conn: conn.execute(conversations.update().values(kept=kept).where(conversations.c.id == talk)))


async def begin(house: House, **fields: Any) -> Answer:
    """The button of the balance page is pressed."""
    return await house.post(CHECKOUT, {**WHOLE, **fields})


async def confirm(house: House, page: Answer, card: str = "approve") -> Answer:
    """A test card on the sandbox's page."""
    form = {"step": "confirm", "payment": page.hidden("payment"), "card": card}
    return await house.post(CHECKOUT, form)


def saved(house: House, patient: str = "P1", last4: str = "4242", *, by_text: bool = True) -> Card:
    """A card that the sandbox keeps, with what was agreed about it."""
    now, person = house.clock(), house.ids[patient]

    def keep(conn: Any) -> Card:
        class Kept:
            customer, token, brand = "customer_x", f"card_{last4}{patient}", "Visa"
            expires_on = date(2030, 12, 31)

        kept: Any = Kept()
        kept.last4 = last4
        known = {"processor_id": f"sandbox_{last4}{patient}", "kind": "payment", "at": now}
        conn.execute(sandbox_book.insert().values(**known, told=KEPT | {"chosen_at": now.isoformat()}))
        card = cards.keep(conn, 1, person, "sandbox", kept, now)
        for texted in (False, True) if by_text else (False,):
            cards.agree(conn, cards.NewMandate(1, person, card.id, None, None, texted, "t", "words", "en", now, "net"))
        return card

    found: Card = house.write(keep)
    return found


def the_card(house: House) -> int:
    """The id of the one card that is saved."""
    (row,) = house.rows(card_rows, card_rows.c.removed_at.is_(None))
    return int(row.id)


def plan(house: House, patient: str = "P1", *, waits: str = "signature", count: int = 3, **values: Any) -> int:
    """A plan over everything that this patient owes."""
    new = {
        "practice_id": 1,
        "person_id": house.ids[patient],
        "conversation_id": None,
        "balance_cents": 18450,
        "discount_cents": 0,
        "total_cents": 18450,
        "monthly_cents": 6150,
        "count": count,
        "first_on": date(2026, 5, 15),
        "waits": waits,
        "made_by": "patient",
        "made_at": house.clock(),
    }
    made: int = house.write(lambda conn: plans.propose(conn, NewPlan(**(new | values))))
    return made


def row(house: House, table: Any, one: int) -> Any:
    """The row of that id."""
    return house.write(lambda conn: conn.execute(select(table).where(table.c.id == one)).one())


def itemise(house: House) -> None:
    """The same visit again, as a practice sends it that tells everything."""
    path = house.settings.data_dir / "itemised.csv"
    path.write_text(ITEMISED, "utf-8")
    import_file(Into(house.app[ENGINE], 1, house.clock()), "charges", path)
