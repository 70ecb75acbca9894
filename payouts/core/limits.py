"""How much of anything is taken, each limit once, each with the test that shows it."""

LARGEST_ID = 2**63 - 1  # what a BIGINT holds
LONGEST_NAME = 200  # characters of a file name, user name, label
LONGEST_NOTE = 4_000  # characters of a note or a reason
LONGEST_QUERY_VALUE = 200  # characters of one value in an address
LARGEST_JSON = 64 * 1024  # bytes of a JSON body
LARGEST_PAGE = 500  # items of one page of a list
USUAL_PAGE = 100
LONGEST_WAIT_SECONDS = 30  # `Prefer: wait=N`
UPLOAD_SILENCE_SECONDS = 30  # a sender that is silent for so long in the middle of a file is cut off
LONGEST_PASSWORD = 1_000  # characters; hashing more would only cost time
SHORTEST_PASSWORD = 12  # characters of a password that a person chooses
LONGEST_TEXT = 4_000  # characters kept of one text in a bank's file
