"""Which few amounts add up to one: exact, bounded, and only where a single reading fits."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

MOST_READINGS = 1_000  # ways in which one line may be a sum; of one with more, all lines wait for a person


class Combination(NamedTuple):
    """Several lines of one side that add up to one line of the other."""

    payouts: tuple[int, ...]
    units: tuple[int, ...]


def subsets(
    total: int, amounts: Sequence[tuple[int, int]], most: int, least: int = 2
) -> Iterator[tuple[int, ...]]:
    """Yield every subset of least..most of the (id, positive amount) pairs that adds up to total."""
    ordered = sorted(amounts, key=lambda pair: (-pair[1], pair[0]))
    rest = [0] * (len(ordered) + 1)
    for index in range(len(ordered) - 1, -1, -1):
        rest[index] = rest[index + 1] + ordered[index][1]

    def walk(index: int, left: int, taken: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if left == 0:
            if len(taken) >= least:
                yield tuple(sorted(taken))
            return
        if index == len(ordered) or len(taken) == most or rest[index] < left:
            return
        identity, amount = ordered[index]
        if 0 < amount <= left:
            yield from walk(index + 1, left - amount, (*taken, identity))
        yield from walk(index + 1, left, taken)

    yield from walk(0, total, ())


def unique_combinations(
    payouts: Mapping[int, int],
    units: Mapping[int, int],
    may_serve: frozenset[tuple[int, int]],
    most: int,
) -> list[Combination]:
    """Find the sums within one account of which no line stands in another sum.

    Args:
        payouts: open payout line -> amount owed
        units: open settled movement -> amount
        may_serve: the (payout line, movement) pairs that the dates allow
        most: how many lines may stand on the many side
    """
    found = [
        Combination((payout,), parts)
        for payout, owed in payouts.items()
        for parts in _few(owed, [(u, a) for u, a in units.items() if (payout, u) in may_serve], most)
    ]
    found += [
        Combination(parts, (unit,))
        for unit, amount in units.items()
        for parts in _few(amount, [(p, a) for p, a in payouts.items() if (p, unit) in may_serve], most)
    ]
    of_payout = Counter(p for combination in found for p in combination.payouts)
    of_unit = Counter(u for combination in found for u in combination.units)
    return [
        combination
        for combination in found
        if all(of_payout[p] == 1 for p in combination.payouts)
        and all(of_unit[u] == 1 for u in combination.units)
    ]


def _few(total: int, amounts: Sequence[tuple[int, int]], most: int) -> list[tuple[int, ...]]:
    """Give the subsets that add up; where they are too many all lines, twice: so that none is free."""
    found = list(itertools.islice(subsets(total, amounts, most), MOST_READINGS + 1))
    return found if len(found) <= MOST_READINGS else [tuple(identity for identity, _ in amounts)] * 2
