"""What the pages show and change: balances, visits, plans, receipts, details, help."""
