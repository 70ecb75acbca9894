"""How good the data on people are: right, complete, clean and live; and which payments will likely fail."""
