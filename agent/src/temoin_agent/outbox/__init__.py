"""Signed files, not a queue: a folder of immutable reports that waits as long as it takes."""
