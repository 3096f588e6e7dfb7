"""The editors' guide: the pages that follow from the code, and what it takes to run its tutorial as written."""
