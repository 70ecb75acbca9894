"""One number says which line of which file: the key of every kept line, so that no line is kept twice.

The key is the file's id times LINES_A_FILE plus the line's own 1-based number. It makes the rule
"one row a (file, line)" the primary key itself, orders lines as their files do, and lets bulk work go from
what the judgement says of a (file, line) to its row without asking the database.
"""

LINES_A_FILE = 1 << 24  # 16,777,216: more rows than an XLSX sheet holds sixteen times over


def line_key(file_id: int, line: int) -> int:
    """Return the key of a line.

    Args:
        file_id: id of the settlement file or payout list
        line: the line's 1-based number in it, below LINES_A_FILE
    """
    return file_id * LINES_A_FILE + line


def keys_of_file(file_id: int) -> tuple[int, int]:
    """Return the first and the last key that lines of a file may have."""
    return line_key(file_id, 0), line_key(file_id + 1, 0) - 1
