"""A misspelt name inside a list of tables is answered with the names that the list's own model admits."""

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from temoin_agent.configuration.reading import explain


class Jeu(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dossier: str = ""


class Reglages(BaseModel):
    jeux: tuple[Jeu, ...]


def test_the_names_of_the_list_are_proposed() -> None:
    with pytest.raises(ValidationError) as caught:
        Reglages.model_validate({"jeux": [{}, {"dosier": "x"}]})
    (probleme,) = explain(caught.value, "[sources.reglages]", Reglages)
    assert probleme.ou == "[sources.reglages], « jeux.2.dosier »"
    assert "dossier" in probleme.remede
