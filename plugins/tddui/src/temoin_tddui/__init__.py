"""TDDUI (FHIR R4), the ANS's standard for the transfer of DUI data, as a source of Témoin."""
