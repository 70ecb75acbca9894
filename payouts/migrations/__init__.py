"""How the database came to its present shape, one revision after the other."""

HEAD = "0040"  # the revision that this version of the program works with
