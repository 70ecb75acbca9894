"""The pages of staff: what a person sees and does in a browser."""
