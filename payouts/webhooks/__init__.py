"""Tells other programs of runs, verdicts, cases and late files: who listens, what they are told, whether it came."""
