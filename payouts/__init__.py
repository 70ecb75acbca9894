"""The service: payout lists and bank files in, verdicts kept, cases on the right desk."""
