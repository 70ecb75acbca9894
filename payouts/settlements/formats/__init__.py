"""The formats that banks send: a module each, with `identify` and `read`."""
