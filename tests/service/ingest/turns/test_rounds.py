"""Turns: no device waits long, no device is skipped, and in the long run all get equal shares."""

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.service.ingest.turns.rounds import QUANTUM, Rounds

costs = st.floats(0.1, 200.0)


def spend(rounds: Rounds, work: dict[str, list[float]]) -> tuple[str, float]:
    """Do one piece of work of the device whose turn it is."""
    name = rounds.turn
    assert name is not None
    cost = work[name].pop(0)
    rounds.spent(name, cost)
    if not work[name]:
        # As the worker does: only the device in turn can leave; another leaves when its turn comes.
        if rounds.turn == name:
            rounds.leave(name)
        else:
            work[name].append(0.0)
    return name, cost


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.sampled_from("abcdefgh"), st.lists(costs, min_size=1), min_size=1))
def test_all_work_is_done_each_lane_in_its_order(work: dict[str, list[float]]) -> None:
    rounds = Rounds()
    done: dict[str, list[float]] = {name: [] for name in work}
    wanted = {name: list(pieces) for name, pieces in work.items()}
    for name in work:
        rounds.join(name)
    while len(rounds):
        name, cost = spend(rounds, work)
        if cost:
            done[name].append(cost)
    assert done == wanted
    assert rounds.turn is None


@settings(deadline=None, max_examples=50)
@given(st.lists(costs, min_size=1, max_size=40), st.integers(1, 6), st.integers(0, 50))
def test_who_was_idle_comes_next_and_not_for_longer_than_its_turn(
    costs: list[float], floods: int, steps: int
) -> None:
    rounds = Rounds()
    work = {f"flood {n}": costs * 1000 for n in range(floods)}
    got = dict.fromkeys(work, 0.0)
    for name in work:
        rounds.join(name)
    while min(got.values()) <= QUANTUM or steps > 0:
        name, cost = spend(rounds, work)
        got[name] += cost
        steps -= 1
    work["one"] = [1.0] * 500
    rounds.join("one")
    first = [spend(rounds, work)[0] for _ in range(500)]
    ahead = next(n for n, name in enumerate(first) if name != "one")
    # One turn before all others; more only if they have overspent theirs.
    assert QUANTUM <= ahead <= 2 * QUANTUM + max(costs)


@settings(deadline=None, max_examples=50)
@given(st.lists(costs, min_size=2, max_size=6, unique=True))
def test_in_the_long_run_all_get_the_same_whatever_their_pieces_cost(costs: list[float]) -> None:
    rounds = Rounds()
    work = {str(n): [cost] * 3000 for n, cost in enumerate(costs)}
    got = dict.fromkeys(work, 0.0)
    for name in work:
        rounds.join(name)
    for _ in range(2000):
        name, cost = spend(rounds, work)
        got[name] += cost
    assert max(got.values()) - min(got.values()) <= 2 * (QUANTUM + max(costs))
