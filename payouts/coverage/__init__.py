"""Coverage: who has a welfare account that works, who has none and why, and how far the target is."""
