"""How banks write what they were told: forms that mean the same, and forms that do not."""

import unicodedata
from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.quality.people import BANKS, Rng

LETTERS = "BCDGHKLMNPQRSTVX"


def each(texts: pd.Series, write: Callable[[str], str]) -> pd.Series:
    """Write each text otherwise."""
    return pd.Series([write(text) for text in texts], index=texts.index, dtype="str")


def some(rng: Rng, share: float, changed: pd.Series | str, kept: pd.Series) -> pd.Series:
    """Change so many of a column, at random."""
    return kept.mask(pd.Series(rng.random(len(kept)) < share, index=kept.index), changed)


def unmarked(name: str) -> str:
    """Upper case, no marks, as most banks write names."""
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).upper()


def decomposed(name: str) -> str:
    """The same letters, marks set apart (NFD)."""
    return unicodedata.normalize("NFD", name)


def joined(name: str) -> str:
    """No space between the words."""
    return unmarked(name).replace(" ", "")


def punctuated(name: str) -> str:
    """Dots and commas that mean nothing."""
    return unmarked(name).replace(" ", ". ") + ","


def eth(name: str) -> str:
    """The Icelandic letter that old tables hold in place of Đ."""
    return name.replace("Đ", "\u00d0").replace("đ", "\u00f0")


def masked(name: str) -> str:
    """First letters, three stars for whatever follows."""
    return " ".join(f"{word[0]}***" for word in unmarked(name).split())


def masked_exactly(name: str) -> str:
    """All but the last two letters of each word, a star for each hidden one."""
    return " ".join(
        word[:-2] + "*" * len(word[-2:]) if len(word) > 2 else word for word in unmarked(name).split()
    )


def masked_one_word_less(name: str) -> str:
    """A mask of another number of words: of somebody else, or of nobody."""
    return " ".join(f"{word[0]}***" for word in unmarked(name).split()[:-1])


def masked_other_letter(name: str) -> str:
    """A mask whose last word begins with another letter."""
    words = unmarked(name).split()
    return " ".join([*(f"{word[0]}***" for word in words[:-1]), f"{_other_letter(words[-1][0])}***"])


def masked_too_long(name: str) -> str:
    """One star more than the last word has letters."""
    *before, last = unmarked(name).split()
    return " ".join([*before, last[0] + "**" if len(last) != 3 else last[0] + "*"])


def cut_after(letters: int) -> Callable[[str], str]:
    """Cut off after so many letters, spaces not counted."""

    def cut(name: str) -> str:
        kept = ""
        for letter in unmarked(name):
            if len(kept.replace(" ", "")) == letters:
                break
            kept += letter
        return kept.strip()

    return cut


def letter_changed(name: str) -> str:
    """One letter is another one, somewhere in the middle."""
    plain = unmarked(name)
    at = len(plain) // 2
    at += plain[at] == " "
    return plain[:at] + _other_letter(plain[at]) + plain[at + 1 :]


def letter_left_out(name: str) -> str:
    """One letter is not there."""
    plain = unmarked(name)
    at = len(plain) // 2
    at += plain[at] == " "
    return plain[:at] + plain[at + 1 :]


def letter_put_in(name: str) -> str:
    """One letter too many, at the end."""
    return unmarked(name) + "X"


def two_letters_changed(name: str) -> str:
    """Two letters are others."""
    plain = letter_changed(name)
    return _other_letter(plain[0]) + plain[1:]


def words_turned(name: str) -> str:
    """The given name first, as foreign forms have it."""
    words = unmarked(name).split()
    return " ".join([*words[1:], words[0]])


def _other_letter(letter: str) -> str:
    return LETTERS[(LETTERS.index(letter) + 5) % len(LETTERS)] if letter in LETTERS else "X"


def account_apart(rng: Rng, account: pd.Series) -> pd.Series:
    """Write account numbers with spaces, dots or dashes in between."""
    sign = np.array([" ", ".", "-"], dtype=object)[rng.integers(0, 3, len(account))]
    return account.str[:4] + sign + account.str[4:8] + sign + account.str[8:]


def bank_named(rng: Rng, bank: pd.Series) -> pd.Series:
    """Name banks by code, BIN, SWIFT, short name or CITAD, of the bank or of a branch."""
    ways = np.array([(code, code.lower(), *known[:-1]) for code, known in BANKS.items()], dtype=object)
    at = pd.Index(list(BANKS)).get_indexer(bank)
    named = ways[at, rng.integers(0, ways.shape[1], len(bank))]
    return bank.where(pd.Series(at < 0, index=bank.index), pd.Series(named, index=bank.index, dtype="str"))


def another_bank(bank: pd.Series) -> pd.Series:
    """The bank after it in the table."""
    codes = list(BANKS)
    return bank.map(dict(zip(codes, codes[1:] + codes[:1], strict=True))).astype("str")
