"""The month closed: what is still open, the sums that tie, and the two people who say so."""
