"""Gives every payout line its reference, and finds those that stand twice in a list."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.columns import is_blank, keep_others
from payouts.core.problems import Problem

_BYTES = 10  # of a hash: 80 bits, which base 32 writes as 16 letters and digits
_LETTERS = 16  # of a reference at most
_BITS = 5  # of a letter
_ALPHABET = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", np.uint8)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd, with its bits well spread: the golden ratio of 2^64
_BETWEEN = "\x1f"
_NOT_CONTENT = frozenset({"row", "line_ref", "hamlet", "other_ids"})


def give_references(
    batches: Sequence[pa.RecordBatch],
    programme: str | None,
    cycle: str | None,
    report: Callable[[Problem], None],
) -> Iterator[pa.RecordBatch]:
    """Fill in missing references, and drop the second of two lines with one reference after reporting it.

    A made reference is a hash of programme, cycle and the line's content, and of a number among lines of the
    same content: so the same list in any order gives the same references.

    Args:
        batches: all lines of a list, schema LIST_LINES
        programme: e.g. BTXH
        cycle: 2026-11
        report: takes the problems
    """
    seen: Counter[bytes] = Counter()
    opening = f"{programme or ''}{_BETWEEN}{cycle or ''}{_BETWEEN}".encode()
    filled = [_filled(batch, opening, seen) for batch in batches]
    twice = _twice(filled, report)
    for batch, dropped in zip(filled, twice, strict=True):
        keep = keep_others(batch.num_rows, dropped)
        kept = batch if keep is None else batch.filter(keep)
        if kept.num_rows:
            yield kept


def _filled(batch: pa.RecordBatch, opening: bytes, seen: Counter[bytes]) -> pa.RecordBatch:
    given = batch.column("line_ref")
    without = arrays.is_text(given, "")
    if not pc.any(without).as_py():
        return batch
    lines = batch if is_blank(given) else batch.filter(without)
    made = _in_letters(b"".join(_digest(content, seen) for content in _contents(lines, opening)))
    whole = made if lines is batch else pc.replace_with_mask(given, without, made)
    return batch.set_column(batch.schema.get_field_index("line_ref"), batch.schema.field("line_ref"), whole)


def _contents(lines: pa.RecordBatch, opening: bytes) -> Iterator[bytes]:
    texts = [
        pc.coalesce(lines.column(name).cast(pa.string()), arrays.one(""))
        for name in lines.schema.names
        if name not in _NOT_CONTENT
    ]
    for content in pc.binary_join_element_wise(*texts, arrays.one(_BETWEEN)).cast(pa.binary()).to_pylist():
        yield opening + content


def _digest(content: bytes, seen: Counter[bytes]) -> bytes:
    digest = hashlib.blake2b(content, digest_size=_BYTES).digest()
    seen[digest] += 1
    if (number := seen[digest]) > 1:
        digest = hashlib.blake2b(content + b"%d" % number, digest_size=_BYTES, person=b"again").digest()
    return digest


def _in_letters(digests: bytes) -> pa.Array:
    """Write digests, one after the other, in base 32 (RFC 4648): each five bits are a letter."""
    bits = np.unpackbits(np.frombuffer(digests, np.uint8)).reshape(-1, _BITS)
    letters = _ALPHABET[np.packbits(bits, axis=1).ravel() >> (8 - _BITS)]
    size = len(digests) // _BYTES
    ends = np.arange(0, size * _LETTERS + 1, _LETTERS, dtype=np.int32)
    return pa.StringArray.from_buffers(size, pa.py_buffer(ends), pa.py_buffer(letters.tobytes()))


def _twice(batches: Sequence[pa.RecordBatch], report: Callable[[Problem], None]) -> list[list[int]]:
    """Find in each batch the places of lines whose reference an earlier line has."""
    dropped: list[list[int]] = [[] for _ in batches]
    if not batches or surely_distinct([batch.column("line_ref") for batch in batches]):
        return dropped
    references = pa.chunked_array([batch.column("line_ref") for batch in batches])
    encoded = references.combine_chunks().dictionary_encode()
    numbers = encoded.indices.to_numpy()
    _, first = np.unique(numbers, return_index=True)
    ends = np.cumsum([batch.num_rows for batch in batches])
    later = np.ones(len(numbers), np.bool_)
    later[first] = False
    rows = np.concatenate([batch.column("row").to_numpy() for batch in batches])
    for at in np.flatnonzero(later):
        value = encoded.dictionary[int(numbers[at])].as_py()
        values = {"value": value, "other": str(rows[first[numbers[at]]])}
        report(Problem("line_ref_twice", int(rows[at]), "line_ref", values))
        which = int(np.searchsorted(ends, at, side="right"))
        dropped[which].append(int(at - (ends[which - 1] if which else 0)))
    return dropped


def surely_distinct(columns: Sequence[pa.Array]) -> bool:
    """Say whether no two of many texts share a 64-bit mix of their letters: far cheaper than a dictionary.

    Args:
        columns: texts of at most 16 bytes
    """
    mixed = []
    for column in columns:
        padded = pc.ascii_rpad(column, width=_LETTERS)
        start = padded.offset * _LETTERS
        halves = np.frombuffer(padded.buffers()[2], np.uint64, len(padded) * 2, start).reshape(-1, 2)
        mixed.append(halves[:, 0] * _MULTIPLIER ^ halves[:, 1])
    ordered = np.sort(np.concatenate(mixed))
    return bool((ordered[1:] != ordered[:-1]).all())
