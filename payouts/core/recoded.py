"""Sheets of a workbook whose text was typed in the font of an old encoding, such as .VnTime or VNI-Times."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pyarrow as pa

from payouts.core import arrays
from payouts.core.tabular import Block, Part
from payouts.core.vietnamese import recoded

_KEPT = 65_536  # texts whose reading is remembered


@dataclass(slots=True)
class RecodedPart:
    """A sheet that is read as another encoding; see core.tabular.Part."""

    part: Part
    encoding: str

    @property
    def name(self) -> str:
        """Name of the sheet."""
        return self.part.name

    @property
    def visible(self) -> bool:
        """Whether it is shown."""
        return self.part.visible

    def preview(self) -> list[list[str]]:
        """Give the first rows."""
        return [[recoded(cell, self.encoding) for cell in row] for row in self.part.preview()]

    def blocks(self, header_row: int, width: int, merged: frozenset[int] = frozenset()) -> Iterator[Block]:
        """Yield the rows below the header."""
        read = functools.lru_cache(_KEPT)(lambda text: recoded(text, self.encoding))
        for block in self.part.blocks(header_row, width, merged):
            columns = [_column(column, read) for column in block.cells.columns]
            yield replace(block, cells=pa.record_batch(columns, block.cells.schema.names))


def _column(column: pa.Array, read: "functools._lru_cache_wrapper[str]") -> pa.Array:
    texts = column.to_pylist()
    return column if all(map(str.isascii, texts)) else arrays.texts([read(text) for text in texts])


def is_unicode(part: Part) -> bool:
    """Say whether the first rows hold letters that no old font has: then the text is as it should be."""
    letters = {letter for row in part.preview() for cell in row for letter in cell}
    return any("\u0100" <= letter <= "\u01b0" or "\u1ea0" <= letter <= "\u1ef9" for letter in letters)
