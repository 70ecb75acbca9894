"""A report as a file: a workbook with live formulas, a PDF, a CSV."""
