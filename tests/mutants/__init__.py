"""Realistic mistakes of editors, each one that the conformance kit must refuse by the test and the rule it names.

A mutant is the scaffold's own plugin with one thing changed; `SOUND` is the plugin itself, which passes everything.
"""
