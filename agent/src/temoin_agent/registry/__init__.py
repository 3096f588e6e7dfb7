"""The receiver's ledger as this agent sees it: what it was shown last, and whether it only grew since."""
