"""The shell door: commands that parse, call one verb and print."""
