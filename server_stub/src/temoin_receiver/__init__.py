"""Témoin."""
