"""A sample cycle to see chitra at work: invented people, invented banks' files, real verdicts."""
