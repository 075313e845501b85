"""Who of several people a sum is for."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.paying.outcomes.posting import postings_of
from bot.store.ledger import Owed
from bot.store.shares import share_out

cents = st.integers(1, 50_000)


@given(st.lists(st.tuples(st.integers(1, 3), cents, st.integers(1, 28)), min_size=1, max_size=8), st.data())
def test_shares_sum_up_and_nobody_pays_more_than_they_owe(
    charges: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    left: dict[int, list[Owed]] = {}
    for number, (person, owed, day) in enumerate(charges):
        left.setdefault(person, []).append(Owed(person, number, None, date(2026, 4, day), owed))
    balances = {person: sum(one.cents for one in each) for person, each in left.items()}
    amount = data.draw(st.integers(1, sum(balances.values())))
    shares = share_out(amount, left, balances)
    assert sum(shares.values()) == amount
    assert all(0 < share <= balances[person] for person, share in shares.items())


def test_the_oldest_visit_of_the_family_first() -> None:
    left = {
        1: [Owed(1, 1, None, date(2026, 4, 2), 5000)],
        2: [Owed(2, 2, None, date(2026, 3, 1), 3000), Owed(2, 3, None, date(2026, 5, 1), 1000)],
    }
    assert share_out(6000, left, {1: 5000, 2: 4000}) == {2: 3000, 1: 3000}


@given(st.lists(st.integers(-5000, 20_000), max_size=6), cents)
def test_postings_sum_to_zero_and_the_rest_is_credit(charges: list[int], paid: int) -> None:
    left = [Owed(1, number, None, date(2026, 4, 1), owed) for number, owed in enumerate(charges)]
    sides = postings_of(1, paid, left)
    assert sum(side.cents for side in sides) == 0
    for side in sides:
        if side.charge_id is not None:
            assert -side.cents <= charges[side.charge_id]
