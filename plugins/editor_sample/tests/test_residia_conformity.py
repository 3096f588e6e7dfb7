"""The conformance kit on Residia, whose loader stands beside its schema for the mapping file that reads it too."""

from collections.abc import Mapping
from typing import ClassVar

from temoin_editor_sample.chargement import MOTIFS_ABSENTS, SANS, SCHEMA, Chargeur
from temoin_editor_sample.plugin import Residia
from temoin_sdk.testing import Concept, Scenario, SqlConformance, Tables
from temoin_sdk.vocabulary import MotifNonEligible


class TestResidia(SqlConformance):
    """The tests are inherited."""

    source = Residia
    schema = SCHEMA
    usagers = "entiers"
    sans: ClassVar[Mapping[Concept, str]] = SANS
    motifs_absents: ClassVar[Mapping[MotifNonEligible, str]] = MOTIFS_ABSENTS

    def charger(self, tables: Tables, scenario: Scenario) -> None:
        """Write the scenario in the tables."""
        Chargeur(tables, scenario).write()
