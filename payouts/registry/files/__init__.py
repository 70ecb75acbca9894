"""Registry files: what an office knows of beneficiaries, in one table from a spreadsheet."""
