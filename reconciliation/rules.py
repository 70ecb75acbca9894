"""The numbers and orders that the judgement goes by, as data."""

from dataclasses import dataclass

# What a bank may say of a payment, the gravest first: of two tellings of one day the graver is believed.
GRAVITY = {"returned": 1, "rejected": 2, "settled": 3, "unknown": 4, "pending": 5, "informational": 6}

# The ways by which a settlement line is found to belong to a payout line, the strongest first.
STEPS = (
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


@dataclass(frozen=True, slots=True)
class Rules:
    """The tolerances of the judgement.

    Attributes:
        fee_tolerance: a fee, in the currency's smallest unit, that may be missing from a return or a movement
        cut_after: a name may be the other cut off after so many letters or more
        one_letter_from: names with so many letters or more may differ in one letter
        sum_most_parts: so many lines at most add up to one
        sum_most_lines: sums are tried on an account where at most so many lines are open
        return_rounds: returns that compete for one movement are tied one a round, in so many rounds at most;
            those that are left make the lines of the movements wait for a person
        refs_listed: so many candidates at most are named beside a line that nobody can decide
    """

    fee_tolerance: int = 22_000
    cut_after: int = 15
    one_letter_from: int = 8
    sum_most_parts: int = 8
    sum_most_lines: int = 20
    return_rounds: int = 100
    refs_listed: int = 50
