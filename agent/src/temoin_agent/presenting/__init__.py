"""Figures and outcomes as people read them, in French; and as machines do, in JSON and CSV."""
