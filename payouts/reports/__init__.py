"""What is handed on: the exception workbook for people, the results of a run as files for programs."""
