"""The reports of a month, a module a subject; the catalogue beside this folder lists them."""
