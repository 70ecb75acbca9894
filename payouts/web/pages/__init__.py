"""One module a page: read the address, call a verb, show a template."""
