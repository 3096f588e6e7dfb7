"""Scenarios: what happens in invented care homes, and what of it counts."""
