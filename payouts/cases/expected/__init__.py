"""Which bank owes which file by when, and what becomes of a file that does not come."""
