"""The tests an editor inherits: those of every source, and those of a source given a scenario or a sheet."""
