"""The conformance kit on the shipped mapping file, over the tables of the software that it reads."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from temoin_editor_sample.chargement import MOTIFS_ABSENTS, SANS, SCHEMA, Chargeur
from temoin_sdk.testing import Concept, Scenario, SqlConformance, Tables, source_du_mapping
from temoin_sdk.vocabulary import MotifNonEligible


class TestResidiaByMapping(SqlConformance):
    """The tests are inherited."""

    source = source_du_mapping(Path(__file__).parents[1] / "exemples" / "residia.toml")
    schema = SCHEMA
    usagers = "entiers"
    sans: ClassVar[Mapping[Concept, str]] = SANS
    motifs_absents: ClassVar[Mapping[MotifNonEligible, str]] = MOTIFS_ABSENTS

    def charger(self, tables: Tables, scenario: Scenario) -> None:
        """Write the scenario in the tables."""
        Chargeur(tables, scenario).write()
