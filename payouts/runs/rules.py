"""What a verdict means for the money and for later runs, as tables."""

# A line with one of these has no settled evidence that stands: the next run of any cycle looks at it again.
OPEN_VERDICTS = frozenset({"failed", "missing", "pending", "unconfirmed", "review", "offline"})

# The money of these reached the person who was owed; of the others that settled, somebody else.
RIGHT_PERSON = frozenset({"paid", "amount_differs", "paid_twice"})

# A settlement line with one of these serves the payout lines that it names.
SERVING = frozenset({"matched", "reversed", "repeated"})
