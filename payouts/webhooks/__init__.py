"""Tells other programs of runs, verdicts, cases and late files, and keeps whether it came."""
