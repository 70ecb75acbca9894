"""A cycle opened from the one before: what changes, shown and approved before it counts."""
