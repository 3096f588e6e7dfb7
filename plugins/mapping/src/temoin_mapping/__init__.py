"""A DUI read through one TOML file: no Python."""
