"""Data that nobody of this project wrote, counted the whole way and compared with figures computed elsewhere.

The folder holds FHIR resources of invented persons (one compressed file of lines per kind) and `expected.json`: seven
counts per organisation, found twice by independent programs. The data itself is not part of this repository.
"""
