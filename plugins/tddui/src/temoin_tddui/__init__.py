"""The TDDUI standard (FHIR R4) as a source."""
