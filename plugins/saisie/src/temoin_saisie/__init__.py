"""Figures typed by hand, with a file as proof."""
