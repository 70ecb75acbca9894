"""Names that are the holder's, written otherwise, and names that are not."""

from collections.abc import Callable

from benchmarks.quality import people, writing
from benchmarks.quality.book import Book
from benchmarks.quality.stories import story

SAME: tuple[Callable[[str], str], ...] = (
    writing.unmarked, writing.decomposed, writing.joined, writing.punctuated, writing.eth, writing.masked,
    writing.masked_exactly, writing.letter_changed, writing.letter_left_out, writing.letter_put_in,
)  # fmt: skip
OTHER: tuple[Callable[[str], str], ...] = (
    writing.masked_one_word_less, writing.masked_other_letter, writing.two_letters_changed,
    writing.words_turned,
    writing.cut_after(9), lambda _: "CONG TY TNHH MAI LINH",
)  # fmt: skip


def _long_named(b: Book, n: int) -> "people.pd.DataFrame":
    """People of four words and nine letters or more, the last of two or more letters."""
    return b.invent(n).assign(full_name=people.name(b.rng, n, words=4))


def _written(
    b: Book, n: int, ways: tuple[Callable[[str], str], ...], *, found_by_account: bool
) -> "people.pd.DataFrame":
    p = b.owe(_long_named(b, n))
    way = b.rng.integers(0, len(ways), n)
    told = people.pd.Series([ways[w](name) for w, name in zip(way, p["full_name"], strict=True)], dtype="str")
    b.tell(p, account_name=told, **({"end_to_end_id": ""} if found_by_account else {}))
    return p


@story()
def name_written_otherwise(b: Book, n: int) -> None:
    """Unmarked, marks apart, joined, dotted, masked, one letter off: the same holder."""
    b.paid(_written(b, n, SAME, found_by_account=False))


@story()
def name_written_otherwise_by_account(b: Book, n: int) -> None:
    """The same, found by account and amount."""
    b.paid(_written(b, n, SAME, found_by_account=True))


@story()
def name_cut_off(b: Book, n: int) -> None:
    """Cut off after fifteen letters or more."""
    who = _long_named(b, n)
    full = who["full_name"].str.replace(" ", "\u0020Khương ", n=1)
    p = b.owe(who.assign(full_name=full))
    b.tell(p, account_name=writing.each(p["full_name"], writing.cut_after(15)))
    b.paid(p)


@story()
def name_of_another(b: Book, n: int) -> None:
    """The holder is somebody else: a wrong mask, two letters off, words turned, cut too early, a company."""
    p = _written(b, n, OTHER, found_by_account=False)
    b.truth(p, "name_differs", p["amount"], differences="name")


@story()
def name_of_another_by_account(b: Book, n: int) -> None:
    """The same, found by account and amount."""
    p = _written(b, n, OTHER, found_by_account=True)
    b.truth(p, "name_differs", p["amount"], differences="name")


@story()
def short_name_one_letter_off(b: Book, n: int) -> None:
    """A name of fewer than eight letters with another letter is another name."""
    p = b.owe(b.invent(n).assign(full_name="Lê " + people.pick(b.rng, ("Hoa", "Hùng", "Lan", "Bình"), n)))
    b.tell(p, account_name=writing.each(p["full_name"], writing.letter_changed))
    b.truth(p, "name_differs", p["amount"], differences="name")


@story()
def mask_that_fits_the_length(b: Book, n: int) -> None:
    """One or two stars stand for exactly as many letters."""
    p = b.owe(b.invent(n).assign(full_name="Nguyễn Thị " + people.pick(b.rng, ("Hoa", "Lan", "Nga"), n)))
    b.tell(p, account_name="N***** T** " + p["full_name"].str[-3] + "**")
    b.paid(p)


@story()
def mask_that_is_too_long(b: Book, n: int) -> None:
    """Two stars where three letters follow."""
    p = b.owe(b.invent(n).assign(full_name="Nguyễn Thị " + people.pick(b.rng, ("Hoan", "Lanh", "Nghi"), n)))
    b.tell(p, account_name="N*** T*** " + p["full_name"].str[-4] + "**")
    b.truth(p, "name_differs", p["amount"], differences="name")


@story()
def authorised_payee(b: Book, n: int) -> None:
    """The account is a carer's, and the list says so."""
    p = b.owe(b.invent(n).assign(account_name=people.name(b.rng, n)))
    b.tell(p, end_to_end_id="")
    b.paid(p)


@story()
def payee_expected_beneficiary_named(b: Book, n: int) -> None:
    """The list names a carer as the holder, the bank the beneficiary."""
    p = b.owe(b.invent(n).assign(full_name="Nguyễn Thị Hoa Mai", account_name="Trần Quốc Khánh"))
    b.tell(p, account_name="NGUYEN THI HOA MAI")
    b.truth(p, "name_differs", p["amount"], differences="name")


@story()
def letters_swapped(b: Book, n: int) -> None:
    """Two letters changed places: that is two letters."""
    p = b.owe(b.invent(n).assign(full_name="Nguyễn Văn Khánh"))
    b.tell(p, account_name="NGUYEN VAN KHNAH")
    b.truth(p, "name_differs", p["amount"], differences="name")


@story()
def list_name_is_masked(b: Book, n: int) -> None:
    """The mask stands on the list."""
    p = b.owe(b.invent(n).assign(account_name="N****n T** L*n"))
    b.tell(p, account_name="NGUYEN THI LAN")
    b.paid(p)


@story()
def old_letter_of_one_kind(b: Book, n: int) -> None:
    """Tone on another vowel, đ of another alphabet, small letters."""
    p = b.owe(b.invent(n).assign(full_name="Đặng Thị Hòa"))
    b.tell(p, account_name="\u00d0\u1eb7ng th\u1ecb ho\u00e0")
    b.paid(p)
