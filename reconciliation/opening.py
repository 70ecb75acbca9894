"""When the payment of a cycle opens, where nobody says: movements booked before it never count."""

import datetime as dt

OPENS_ON_DAY = 25  # of the month before: list and money go to the payer then (Decree 20/2021, Art. 34)


def opening_day(cycle: str) -> dt.date | None:
    """Give the day on which the payment of a cycle opens: the 25th of the month before."""
    try:
        first = dt.date.fromisoformat(f"{cycle}-01")
    except ValueError:
        return None
    return (first - dt.timedelta(days=1)).replace(day=OPENS_ON_DAY)
