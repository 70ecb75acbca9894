"""What happens by itself: a table of jobs and the worker that takes them up."""
