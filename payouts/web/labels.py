"""What codes are called on the pages: one table a kind of code, so that each word is chosen once."""

from payouts.core.terms import VERDICT_TERMS
from payouts.web.words import N_, Language

# Verdict -> the colour of its mark, and what it means.
VERDICTS: dict[str, tuple[str, str]] = {
    "paid": ("green", N_("The bank settled the full amount to the right account.")),
    "failed": ("red", N_("The bank rejected the payment or sent it back.")),
    "missing": ("orange", N_("The deadline has passed and no bank has said anything.")),
    "pending": ("grey", N_("No final answer yet; the deadline has not passed.")),
    "unconfirmed": (
        "purple",
        N_("The bank does not know itself. Send an enquiry; never pay again meanwhile."),
    ),
    "amount_differs": ("yellow", N_("Settled, but more or less than owed.")),
    "account_differs": ("pink", N_("Settled to another account than the one on the list.")),
    "name_differs": ("turquoise", N_("Settled to the right account, whose holder has another name.")),
    "paid_twice": ("magenta", N_("Settled more than once, together more than owed.")),
    "review": ("blue", N_("Several readings are as good; a person has to decide.")),
    "offline": ("brown", N_("Cash or at home: waiting for the signed voucher.")),
}


def verdict_name(code: str, language: Language) -> str:
    """Name a verdict."""
    return VERDICT_TERMS[code][language]


# State of a case -> its name.
STATES = {
    "open": N_("New"),
    "in_progress": N_("In progress"),
    "waiting": N_("Waiting for an answer"),
    "parked": N_("Waiting for the bank's file"),
    "closed": N_("Done"),
}

# What happened to a case.
EVENTS = {
    "opened": N_("Opened"),
    "changed": N_("The verdict changed"),
    "reopened": N_("Opened again"),
    "parked": N_("Parked under an incident"),
    "released": N_("Released from the incident"),
    "escalated": N_("Overdue: passed on to the province"),
    "routed": N_("Given to another ward"),
    "closed": N_("Closed"),
    "moved": N_("Moved on"),
    "assigned": N_("Assigned"),
    "rescheduled": N_("New due date"),
    "noted": N_("Note"),
    "account_corrected": N_("Account or payee corrected"),
    "suspended": N_("Suspended: the money was not collected"),
    "reinstated": N_("Paid again, with arrears"),
    "enquired": N_("The bank was asked"),
    "answered": N_("The bank answered"),
    "enquiry_cancelled": N_("The letter to the bank was cancelled"),
    "reissued": N_("To be paid again"),
    "reissue_withdrawn": N_("Paying again was withdrawn"),
    "contacted": N_("Contact"),
    "messaged": N_("Message to the person"),
    "message_failed": N_("The gateway did not take the message"),
    "phone_added": N_("Telephone number added"),
    "phone_ended": N_("Telephone number taken off"),
    "proof_added": N_("Paper added"),
    "refunded": N_("Money came back"),
    "approval_asked": N_("Approval asked for"),
    "approval_approve": N_("Approved"),
    "approval_decline": N_("Not approved"),
    "approval_take_back": N_("Taken back by who asked"),
    "match_confirm": N_("A bank line was confirmed"),
    "match_reject": N_("A bank line was rejected"),
    "match_force": N_("A match was proposed"),
    "match_name": N_("Accepting the holder's name was proposed"),
    "match_done": N_("The match was approved"),
    "match_declined": N_("The match was declined"),
    "match_taken_back": N_("The proposal was taken back"),
    "match_undone": N_("A decision on a bank line was undone"),
}

# What becomes of what was asked for.
APPROVAL_STATES = {
    "waiting": N_("Waiting"),
    "done": N_("Approved"),
    "declined": N_("Declined"),
    "taken_back": N_("Taken back"),
}

# What an approval's details are called.
APPROVAL_FIELDS = {
    "old_account": N_("Account until now"),
    "old_payee": N_("Payee until now"),
    "relation": N_("Relation to the beneficiary"),
    "payee_name": N_("Payee"),
    "valid_to": N_("Last day of the paper"),
    "payee_citizen_id": N_("Payee's identity number"),
    "proof": N_("Paper"),
    "confirmed_on": N_("Confirmed by the person on"),
    "confirmed_by": N_("Written down by"),
    "since": N_("Since the month"),
    "months": N_("Months not collected"),
    "contact_on": N_("Last talk on"),
    "contact_by": N_("Talked with by"),
    "arrears_of": N_("Arrears of"),
    "line_ref": N_("Line reference"),
    "channel": N_("Channel"),
    "bank_code": N_("Bank"),
    "account_no": N_("Account"),
    "account_name": N_("Account holder"),
    "citizen_id": N_("Identity number"),
    "why": N_("What happened"),
    "happened_on": N_("On which day"),
    "document_no": N_("Number of the paper"),
    "document_on": N_("Day of the paper"),
    "last_month": N_("Last month owed"),
    "from_whom": N_("Who has it"),
    "holder": N_("Name, and how to reach them"),
    "monthly_cap": N_("At most a month"),
    "first_month": N_("From the month"),
    "month": N_("Month"),
    "run": N_("Run"),
    "hash": N_("Hash of what is closed"),
}

# How a letter of enquiry stands: colour of its mark, and its name.
ENQUIRIES = {
    "unsent": ("yellow", N_("Not sent yet")),
    "sent": ("blue", N_("Waiting for the answer")),
    "overdue": ("red", N_("Answer overdue")),
    "answered": ("green", N_("Answered")),
    "cancelled": ("grey", N_("Cancelled")),
}

# What is decided of a bank line for a person.
MATCHES = {
    "confirm": N_("Theirs"),
    "reject": N_("Not theirs"),
    "force": N_("Matched by two people"),
    "name": N_("The holder's name is right"),
}

# Fields of which both sides are compared.
COMPARED = {
    "name": N_("Account holder"),
    "account": N_("Account"),
    "bank": N_("Bank of the account"),
    "amount": N_("Amount"),
    "citizen_id": N_("Identity number"),
    "bank_ref": N_("Bank's reference"),
    "text": N_("Text"),
}

# How letters of the bank's side differ from the list's.
LETTERS = {
    "put_in": N_("put in"),
    "left_out": N_("left out"),
    "changed": N_("changed"),
}

NOT_FOLLOWED = {
    "gone": N_("Not followed by the last run: the bank's file or the payout line counts no more."),
    "not_looked_at": N_("Not followed by the last run: the line is booked after the day asked about."),
    "undone_by_bank": N_("Not followed by the last run: the bank itself says what this return undoes."),
    "held_apart": N_("Not followed by the last run: another telling of the same transaction was rejected."),
    "sums_disagree": N_("Not followed by the last run: the line was given to several, whose sums disagree."),
}

ACTORS = {
    "ward": N_("The ward"),
    "province": N_("The province"),
    "accountant": N_("The accountant"),
    "bank": N_("The bank"),
    "beneficiary": N_("The person or their payee"),
}

RETRIES = {
    "yes": N_("May be paid again."),
    "after_fix": N_("Pay again only once this is mended."),
    "after_enquiry": N_("Do not pay again before the bank has answered."),
    "contact": N_("Ask first, then decide whether to pay again."),
    "never": N_("Do not pay this again."),
}

# How somebody reached a person, and in an event how a message went.
WAYS = {
    "called": N_("Called"),
    "visited": N_("Visited"),
    "came": N_("They came"),
    "hand": N_("by one's own telephone"),
    "gateway": N_("through the gateway"),
}

PHONE_OWNERS = {
    "own": N_("their own"),
    "payee": N_("the payee's"),
    "relative": N_("a relative's"),
    "neighbour": N_("a neighbour's"),
}

# What a photo or PDF is kept for.
PROOFS = {
    "voucher": N_("Signed voucher"),
    "authorisation": N_("Authorisation of a payee"),
    "identity": N_("Identity paper"),
    "account": N_("Proof of the account"),
    "civil_status": N_("Extract of the civil register"),
    "decision": N_("Decision"),
    "other": N_("Another paper"),
}

# What may stand before or after in an event, beside verdicts and kinds.
CHANGED = {**STATES, **WAYS, **PROOFS}

# What became of a month: the sign in its field, and its words.
MONTHS = {
    "received": ("✓", N_("received")),
    "not_paid": ("✗", N_("not paid")),
    "not_collected": ("○", N_("offered, not collected")),
    "open": ("…", N_("no answer yet")),
    "unknown": ("?", N_("not clear")),
    "none": ("–", N_("nothing owed")),
}

# Who has to mend it that somebody was not paid.
FAULTS = {
    "bank": N_("the bank"),
    "payer": N_("who makes the orders"),
    "record": N_("the account on record"),
    "account": N_("the person's own account"),
    "unclear": N_("not clear yet"),
}

# The first step of a case: the page it is done on, what leads there, and who alone may.
ACTS = {
    "contact": ("#reach", N_("Write down a contact"), "cases.work"),
    "correct": ("/cases/{case}/correct", N_("Correct the account or payee"), "cases.work"),
    "enquiry": ("/enquiries", N_("Letters to banks"), "enquiries.see"),
    "matches": ("#matches", N_("Choose the bank line"), "matches.decide"),
    "outcome": ("#money", N_("Choose what becomes of the money"), "cases.work"),
}

STATUSES = {
    "settled": N_("Settled"),
    "rejected": N_("Rejected"),
    "returned": N_("Returned"),
    "pending": N_("Being processed"),
    "unknown": N_("Not known"),
    "informational": N_("For information"),
}

# What a run says of a line of a bank.
DISPOSITIONS = {
    "matched": N_("Evidence of a payment"),
    "reversed": N_("Undone by a later line"),
    "repeated": N_("The same told again"),
    "ambiguous": N_("Nobody can say whose"),
    "unexpected": N_("Money that nobody was owed"),
    "unrelated": N_("Of no payment"),
}

CHANNELS = {
    "account": N_("Bank account"),
    "wallet": N_("E-wallet"),
    "cash": N_("Cash"),
    "home": N_("At home"),
}

RULES = {
    "confirmed": N_("by the decision of staff"),
    "reference": N_("by the line reference"),
    "reference_in_text": N_("by the line reference in the text"),
    "account_amount": N_("by account and amount"),
    "account_zeros": N_("by account without its leading zeros, and amount"),
    "citizen_amount": N_("by identity number and amount"),
    "account_only": N_("by the account alone"),
    "citizen_only": N_("by the identity number alone"),
    "sum": N_("by the sum of several lines"),
    "return": N_("the return of an earlier payment"),
    "voucher": N_("by the signed voucher"),
}

ROLES = {
    "admin": N_("Administrator"),
    "province": N_("Province"),
    "ward": N_("Ward"),
    "accountant": N_("Accountant"),
    "auditor": N_("Auditor"),
    "visitor": N_("Visitor of a grassroots team"),
}

FILE_STATES = {
    "received": ("grey", N_("Being read")),
    "accepted": ("green", N_("Accepted")),
    "quarantined": ("yellow", N_("Quarantined")),
    "refused": ("red", N_("Refused")),
    "released": ("turquoise", N_("Released")),
    "rejected": ("orange", N_("Rejected by staff")),
    "withdrawn": ("purple", N_("Withdrawn")),
    "superseded": ("blue", N_("Replaced")),
}

# What is decided of a file.
DECISIONS = {
    "release": N_("Release"),
    "reject": N_("Reject"),
    "ask": N_("Ask for a new file"),
    "withdraw": N_("Withdraw"),
    "supersede": N_("Replaced by a new file"),
}

DECISION_STATES = {
    "waiting": N_("waits for a second person"),
    "done": N_("done"),
    "declined": N_("declined"),
    "taken_back": N_("taken back"),
    "undone": N_("undone"),
}

ACTIONS = {
    "warning": ("green", N_("Accept with a warning")),
    "quarantine": ("yellow", N_("Quarantine")),
    "refuse": ("red", N_("Refuse")),
}

CHANGES = {
    "changed": N_("changed"),
    "gone": N_("gone"),
    "added": N_("added"),
}

SEVERITY_COLOURS = {"warning": "grey", "quarantine": "yellow", "refuse": "red"}
SEVERITIES = {
    "warning": N_("Warning"),
    "quarantine": N_("Quarantines the file"),
    "refuse": N_("Refuses the file"),
}

LIST_STATES = {
    **FILE_STATES,
    "waiting": ("yellow", N_("To be confirmed")),
    "cancelled": ("grey", N_("Dropped")),
}

LIST_DECISIONS = {
    "confirmed": N_("Confirmed"),
    "cancelled": N_("Dropped"),
}

CHANGE_KINDS = {
    "settled": N_("Paid already"),
    "gone": N_("Left out"),
    "changed": N_("Corrected"),
    "added": N_("Added"),
}

PARTS = {
    "amount_current": N_("For this month"),
    "amount_carried_over": N_("Carried over"),
    "amount_arrears": N_("Arrears"),
    "amount_deducted": N_("Deducted"),
    "amount_one_off": N_("One-off grant"),
}

# What the columns of a payout list are called.
LIST_FIELDS = {
    **PARTS,
    "line_ref": N_("Line reference"),
    "citizen_id": N_("Identity number"),
    "full_name": N_("Name"),
    "date_of_birth": N_("Born"),
    "category_code": N_("Category"),
    "area_code": N_("Ward"),
    "hamlet": N_("Hamlet"),
    "amount": N_("Amount"),
    "carried_from": N_("Carried over from line"),
    "period": N_("Money for"),
    "channel": N_("Channel"),
    "bank_code": N_("Bank"),
    "account_no": N_("Account"),
    "account_name": N_("Account holder"),
    "payee_name": N_("Payee"),
    "payee_citizen_id": N_("Payee's identity number"),
    "note": N_("Note"),
}

# What changed of a beneficiary.
PERSON_CHANGES = {
    "first_listed": N_("First on a payout list"),
    "listed": N_("Changed on the list of a month"),
    "corrected": N_("Changed by a corrected list"),
    "left_out": N_("Left out by a corrected list"),
    "recorded_list": N_("On record, from a payout list"),
    "recorded_file": N_("On record, from a registry file"),
    "recorded_hand": N_("Written into the registry by hand"),
    "recorded_approval": N_("On record, approved"),
    "phone_added": N_("Telephone number written down"),
    "phone_ended": N_("Telephone number serves no more"),
    "marked": N_("Family to be told nothing"),
    "unmarked": N_("Family may be told again"),
    "account_corrected": N_("Account corrected"),
    "suspended": N_("Allowance suspended, not collected since"),
    "reinstated": N_("Allowance reinstated"),
    "stopped_died": N_("Payments stopped: died"),
    "stopped_moved": N_("Payments stopped: moved away"),
    "stop_undone": N_("The stop was undone"),
}

# When a case is to be worked on -> its words as a filter of the worklist.
DUE = {
    "now": N_("To be worked on now"),
    "overdue": N_("Overdue"),
    "today": N_("Due today"),
    "week": N_("Due within a week"),
    "in_time": N_("Not overdue"),
    "escalated": N_("Passed up to the province"),
}

# The single keys of the worklist, and what each does.
KEYS = (
    ("j", N_("To the next case")),
    ("k", N_("To the case before")),
    ("Enter", N_("Open the case")),
    ("x", N_("Choose the case, or not")),
    ("n", N_("To the next page")),
    ("/", N_("To the search field of the list")),
    ("?", N_("Show or hide these keys")),
)

# What an act on many cases changes -> its words.
EFFECTS = {
    "assignee": N_("Assigned to"),
    "state": N_("State"),
    "outcome": N_("Outcome"),
    "due": N_("Due"),
    "result": N_("Contact"),
    "next_on": N_("Come back on"),
    "voucher_number": N_("Voucher"),
    "collected_on": N_("Signed on"),
    "reason": N_("Note"),
    "note": N_("Note"),
}

# A code of what is in the way of an act on one of many cases -> its words.
HINDRANCES = {
    "case_changed": N_("Somebody changed the case since"),
    "no_such_move": N_("It cannot move to that state from where it is"),
    "no_such_case": N_("No such case in your area"),
    "assignee_elsewhere": N_("That colleague does not work for this ward or programme"),
    "case_closed": N_("The case is closed"),
    "outcome_of_other_kind": N_("This kind of case does not end in this way"),
    "voucher_needed": N_("The voucher's number or day of signing is missing, or after today"),
    "voucher_known": N_("The payout line has a signed voucher already"),
    "reason_needed": N_("The reason is missing"),
    "row_mixed_up": N_("Number and person of this row do not belong together: the rows were moved"),
    "row_twice": N_("This case stands in two rows"),
    "takes_approval": N_("A second person has to approve this: ask for it on the page of the case"),
    "carried_while_reissued": N_("The debt is being paid again; withdraw that first"),
    "bad_outcome": N_("This way to end is not known"),
    "bad_result": N_("This result of a contact is not known"),
    "bad_way": N_("Say how the person was reached: called, visited or came"),
    "bad_day": N_("A day is not readable; write it like 22/11/2026"),
    "bad_next_day": N_("The day to come back is before today or more than 90 days on"),
    "note_too_long": N_("The note is too long"),
    "note_unprintable": N_("The note holds signs that cannot be shown"),
}
