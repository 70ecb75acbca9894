"""Who asks: staff with a role and a scope, banks with a key; what each may do, and what each did."""
