"""How much of anything is taken, each limit once, each with the test that shows it."""

LARGEST_ID = 2**63 - 1  # what a BIGINT holds
LONGEST_NAME = 200  # characters of a file name, user name, label
LONGEST_NOTE = 4_000  # characters of a note or a reason
LONGEST_QUERY_VALUE = 200  # characters of one value in an address
LARGEST_JSON = 64 * 1024  # bytes of a JSON body
LARGEST_PAGE = 500  # items of one page of a list
USUAL_PAGE = 100
LONGEST_WAIT_SECONDS = 30  # `Prefer: wait=N`
SENDER_SECONDS = 30  # in so long a sender brings SENDER_BYTES or the end of what it sends, or is cut off
SENDER_BYTES = 32 * 1024
HEADERS_SECONDS = 20  # a connection that has sent the beginning of a request for so long is closed
LARGEST_UNZIP_RATIO = 200  # a gzip body may unzip to so many times its size
LONGEST_PASSWORD = 1_000  # characters; hashing more would only cost time
SHORTEST_PASSWORD = 12  # characters of a password that a person chooses
LONGEST_TEXT = 4_000  # characters kept of one text in a bank's file
