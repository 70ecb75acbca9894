"""What a verdict means for the money and for later runs, and what people decide of matches, as tables."""

from dataclasses import dataclass

# A line with one of these has no settled evidence that stands: the next run of any cycle looks at it again.
OPEN_VERDICTS = frozenset({"failed", "missing", "pending", "unconfirmed", "review", "offline"})

# The money of these reached the person who was owed; of the others that settled, somebody else.
RIGHT_PERSON = frozenset({"paid", "amount_differs", "paid_twice"})

# A settlement line with one of these is evidence for the payout lines that it names.
EVIDENCE = frozenset({"matched", "reversed"})

# A settlement line with one of these serves the payout lines that it names.
SERVING = frozenset({"matched", "reversed", "repeated"})


@dataclass(frozen=True, slots=True)
class MatchKind:
    """A kind of decision on a payout line and a line of a bank.

    Attributes:
        says: what it is to the judgement, one of reconciliation.tables.DECIDED; `name`: it is right
        offered: whether the last run must have suggested the pair, or named it among candidates
        two_people: whether it takes a reason and a second person
        done: the audit trail's word for it
    """

    says: str
    offered: bool
    two_people: bool
    done: str


MATCH_KINDS = {
    "confirm": MatchKind("match", offered=True, two_people=False, done="confirmed"),
    "reject": MatchKind("apart", offered=True, two_people=False, done="rejected"),
    "force": MatchKind("match", offered=False, two_people=True, done="forced"),
    "name": MatchKind("name", offered=False, two_people=True, done="name_accepted"),
}
CLAIMS = tuple(name for name, kind in MATCH_KINDS.items() if kind.says == "match")  # the line is theirs alone
NAMES = tuple(name for name, kind in MATCH_KINDS.items() if kind.says == "name")
STANDS = ("waiting", "done")  # the states in which a decision holds its pair, as the indexes of its table say
