"""What is owed: payout cycles, payout lists and their lines."""
