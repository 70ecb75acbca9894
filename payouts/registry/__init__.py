"""Who is owed: beneficiaries and the welfare accounts on record for them, with their history."""
