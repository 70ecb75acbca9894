"""Makes the draft of a cycle with what decisions let be taken off: doors ask for it here."""

import functools

from payouts.cases.recovery import deductible
from payouts.orders.drafts import drafting

make_draft = functools.partial(drafting.make_draft, deductible=deductible)
