"""Reconciliation runs: facts to the judgement, verdicts back, kept for good."""
