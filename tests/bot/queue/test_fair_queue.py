"""The fair queue: nothing is lost, no user starves, and its estimates are exact."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness import job
from realstyler_bot.queue.fair_queue import FairQueue

arrivals = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 10)), max_size=30)


def filled(people: list[tuple[int, int]]) -> FairQueue:
    """A queue with one job for each (user, weight)."""
    queue = FairQueue()
    for number, (user, weight) in enumerate(people):
        queue.push(job(number, user, weight))
    return queue


@given(arrivals)
def test_forecast_is_what_happens(people: list[tuple[int, int]]) -> None:
    """`ahead` equals the number of pictures that are in fact served first."""
    queue = filled(people)
    forecast = {number: queue.ahead(number) for number in range(len(people))}
    done = 0
    while (popped := queue.pop()) is not None:
        assert forecast[popped.id] == done
        done += popped.weight
    assert done == sum(weight for _, weight in people)


@given(arrivals)
def test_people_take_turns(people: list[tuple[int, int]]) -> None:
    """No user gets a second job while another waiting user has had none in that round."""
    queue = filled(people)
    counts = dict.fromkeys((user for user, _ in people), 0)
    left = {user: [u for u, _ in people].count(user) for user in counts}
    while (popped := queue.pop()) is not None:
        counts[popped.user_id] += 1
        left[popped.user_id] -= 1
        waiting = [counts[user] for user in counts if left[user]]
        assert counts[popped.user_id] - min(waiting, default=counts[popped.user_id]) <= 1


@given(arrivals, st.data())
def test_removal(people: list[tuple[int, int]], data: st.DataObject) -> None:
    """A removed job is never served; all others are, in each user's order."""
    queue = filled(people)
    numbers = list(range(len(people)))
    removed = data.draw(st.sets(st.sampled_from(numbers))) if numbers else set()
    for number in removed:
        found = queue.remove(number)
        assert found is not None
        assert found.id == number
        assert queue.remove(number) is None
        assert queue.ahead(number) is None
    assert queue.weight == sum(w for n, (_, w) in enumerate(people) if n not in removed)
    popped = []
    while (one := queue.pop()) is not None:
        popped.append(one)
    assert {one.id for one in popped} == set(numbers) - removed
    for user in {user for user, _ in people}:
        own = [one.id for one in popped if one.user_id == user]
        assert own == sorted(own)
    assert len(queue) == 0
