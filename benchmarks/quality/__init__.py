"""Measures how often the judgement is right, on cycles whose truth is known, beside other ways to match."""
