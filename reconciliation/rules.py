"""The numbers and orders that the judgement goes by, as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

# What a bank may say of a payment, the gravest first: of two tellings of one day the graver is believed.
GRAVITY = {"returned": 1, "rejected": 2, "settled": 3, "unknown": 4, "pending": 5, "informational": 6}

# The ways by which a settlement line is found to belong to a payout line, the strongest first.
STEPS = (
    "confirmed",  # by people; before all others
    "reference",
    "reference_in_text",
    "account_amount",
    "account_zeros",
    "citizen_amount",
    "account_only",
    "citizen_only",
    "sum",
    "return",
)

# The steps in the order in which they run. All but the first may be left out; the order is always this one.
CHAIN = (
    "reference",
    "reference_in_text",
    "account_amount",
    "account_zeros",
    "citizen_amount",  # of money paid in cash too
    "account_only",
    "sum",  # also where a line names one of several lines that add up
    "names",  # which only suggest
)

# Between which bounds a number of the rules may lie: beyond them the work would grow without end.
BOUNDS = {
    "fee_tolerance": (0, 10**12),
    "cut_after": (1, 1000),
    "one_letter_from": (2, 1000),
    "sum_most_parts": (2, 12),
    "sum_most_lines": (0, 24),
    "return_rounds": (1, 10_000),
    "refs_listed": (1, 1000),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """The tolerances of the judgement; each has its usual value where nothing else is said.

    No tolerance makes a payment that is short `paid`: it only lets two lines be tellings of one transaction,
    or a return undo the whole of what it returns.

    Attributes:
        steps: those of CHAIN that are used, in that order, `reference` always among them; a step left out
            finds nothing
        fee_tolerance: a fee, in the currency's smallest unit, that may be missing from a return, or from a
            movement against the status report of it
        fee_tolerance_by_bank: the same for files that one bank sends; bank (any of its names) -> fee
        cut_after: a name may be the other cut off after so many letters or more
        one_letter_from: names with so many letters or more may differ in one letter
        sum_most_parts: so many lines at most add up to one
        sum_most_lines: sums are tried on an account where at most so many lines are open
        return_rounds: returns that compete for one movement are tied one a round, in so many rounds at most;
            those that are left make the lines of the movements wait for a person
        refs_listed: so many candidates at most are named beside a line that nobody can decide

    Raises:
        ValueError: a number lies beyond BOUNDS, or the steps are not of CHAIN in its order
    """

    steps: Sequence[str] = CHAIN
    fee_tolerance: int = 22_000
    fee_tolerance_by_bank: Mapping[str, int] = field(default_factory=dict, hash=False)
    cut_after: int = 15
    one_letter_from: int = 8
    sum_most_parts: int = 8
    sum_most_lines: int = 20
    return_rounds: int = 100
    refs_listed: int = 50

    def __post_init__(self) -> None:
        """Check what was given."""
        object.__setattr__(self, "steps", tuple(self.steps))
        if self.steps != tuple(step for step in CHAIN if step in self.steps) or "reference" not in self.steps:
            raise ValueError(f"steps: must be some of {', '.join(CHAIN)}, in this order, with reference")
        for each in fields(self):
            if each.name in BOUNDS:
                _check(each.name, each.name, getattr(self, each.name))
        for bank, fee in self.fee_tolerance_by_bank.items():
            _check(f"fee_tolerance_by_bank.{bank}", "fee_tolerance", fee)


def _check(what: str, name: str, value: object) -> None:
    """Hold a number against its bounds.

    Raises:
        ValueError: it lies beyond them, or is no whole number
    """
    least, most = BOUNDS[name]
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{what}: must be a whole number from {least} to {most}, not {value!r}")


def usual(currency: str) -> Rules:
    """Give the rules where nobody says otherwise; a tolerance in đồng says nothing of another currency."""
    return Rules() if currency == "VND" else Rules(fee_tolerance=0)
