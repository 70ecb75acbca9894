"""Letters as files: what an enquiry says, as a Word file, as a PDF, and the sheet that the bank fills in."""
