"""Small cells are hidden so that nobody works them out from what is left of the table."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from payouts.coverage.hiding import FEWEST, hidden, small

TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 12, 40]), min_size=width, max_size=width),
        min_size=1,
        max_size=8,
    )
)


def test_a_table_without_small_cells_is_shown_whole() -> None:
    assert not np.any(hidden([[10, 0, 5], [7, 30, 6]]))


def test_a_small_cell_takes_another_of_its_row_and_of_its_column_with_it() -> None:
    mask = hidden([[100, 3], [80, 20], [60, 9]])
    assert mask[0] == [True, True, False]  # else the people less the others tell the three
    assert [row[1] for row in mask] == [True, False, True]  # else the sum of the column does
    assert mask[1] == [False, False, False]


def test_so_few_people_together_are_hidden_with_their_sum() -> None:
    assert hidden([[2, 1], [50, 20], [40, 30]])[0] == [True, True, True]


@settings(max_examples=150, deadline=None)
@given(TABLES)
def test_no_small_cell_follows_from_the_sums_of_rows_and_columns(table: list[list[int]]) -> None:
    """Whoever knows all that is shown, and the sum of each column, can move every small cell."""
    mask = hidden(table)
    whole = np.array([[*row, sum(row)] for row in table])
    covered = np.array(mask)
    assert all(covered[at] for at, count in np.ndenumerate(whole) if small(int(count)))
    unknown = [tuple(at) for at in np.argwhere(covered)]
    lines = [[(row, at) for at in range(whole.shape[1])] for row in range(len(table))]
    lines += [[(at, column) for at in range(len(table))] for column in range(whole.shape[1])]
    signs = np.zeros((len(lines), len(unknown)))
    for number, line in enumerate(lines):
        for at in line:
            if at in unknown:
                signs[number, unknown.index(at)] = (
                    -1 if number < len(table) and at[1] == whole.shape[1] - 1 else 1
                )
    for place, at in enumerate(unknown):
        alone = np.zeros(len(unknown))
        alone[place] = 1
        told = unknown and np.linalg.matrix_rank(np.vstack([signs, alone])) == np.linalg.matrix_rank(signs)
        rest_is_hidden = covered[:, at[1]].all() and covered[at[0]].all()
        assert not (told and small(int(whole[at])) and not rest_is_hidden), (at, whole, mask)
    for row, gone in zip(whole, covered, strict=True):
        parts = [int(count) for count, is_gone in zip(row[:-1], gone[:-1], strict=True) if is_gone]
        assert gone[-1] or not parts or (len(parts) > 1 and sum(parts) >= FEWEST)
