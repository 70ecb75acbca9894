"""Proposes the profile of an unknown file for a person to finish: what it found, and what it is unsure of."""
