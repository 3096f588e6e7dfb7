"""HL7v2 acknowledgements of an intermediation platform as a source."""
