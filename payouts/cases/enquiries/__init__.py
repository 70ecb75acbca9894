"""Enquiries (tra soát): one numbered letter a bank with all that is not known, and what the bank answers."""
