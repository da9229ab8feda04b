"""Connected components beside the textbook's flood fill."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tracemark_postlabel.fields.connected import components

Cell = tuple[int, int]
grids = st.integers(1, 9).flatmap(
    lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=9)
)


@given(grids)
def test_cells_have_one_number_where_a_path_of_neighbors_connects_them(rows: list[list[bool]]) -> None:
    cells = np.array(rows)

    found = components(cells)

    expected = flooded({(row, column) for row, column in np.argwhere(cells).tolist()})
    numbers = [{int(found[cell]) for cell in part} for part in expected]
    assert numbers == [{number} for number in range(len(expected))]
    assert (found[~cells] == -1).all()


def test_a_spiral_is_one_component() -> None:
    rows = ("#######", "      #", "##### #", "#   # #", "# ### #", "#     #", "#######")

    found = components(np.array([[cell == "#" for cell in row] for row in rows]))

    assert set(found.ravel().tolist()) == {-1, 0}


def flooded(cells: set[Cell]) -> list[set[Cell]]:
    """Return the components in the order of their first cells, row by row."""
    parts = []
    left = set(cells)
    for first in sorted(cells):
        if first not in left:
            continue
        part, edge = set[Cell](), [first]
        while edge:
            cell = edge.pop()
            if cell in left:
                left.remove(cell)
                part.add(cell)
                edge += [(cell[0] + 1, cell[1]), (cell[0] - 1, cell[1]), (cell[0], cell[1] + 1), (cell[0], cell[1] - 1)]
        parts.append(part)
    return parts
