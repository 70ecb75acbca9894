"""The money goes out: a cycle opened from the one before, and payment orders to the banks."""
