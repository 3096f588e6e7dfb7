"""What a conformance class says its software lacks: refused without a reason, and then told of nobody."""

from collections.abc import Mapping
from typing import Any

import pytest

from temoin_sdk.testing import Concept, SourceConformance
from temoin_sdk.testing.conformance.declared import check_declared
from temoin_sdk.testing.scenario.building import build
from temoin_sdk.testing.scenario.without import leave_out_words
from temoin_sdk.vocabulary import MotifNonEligible, StatutProjet

WHY = "La liste du logiciel n'a pas ce mot."


def declaring(**attributes: Any) -> type[SourceConformance]:
    return type("Declaring", (SourceConformance,), attributes)


@pytest.mark.parametrize(
    ("attributes", "dit"),
    [
        ({"usagers": "nombres"}, "usagers = « nombres »"),
        ({"sans": {Concept.GROUPES: "non"}}, "demande une raison en une phrase, que le certificat montrera"),
        ({"motifs_absents": {MotifNonEligible.AUTRE: "non"}}, "motifs_absents"),
        ({"motifs_absents": {StatutProjet.ANNULE: WHY}}, "n'est pas de MotifNonEligible"),
        ({"motifs_absents": dict.fromkeys(MotifNonEligible, WHY)}, "dire plutôt Concept.MOTIFS"),
        ({"statuts_absents": {"annule": WHY}}, "n'est pas de StatutProjet"),
        ({"statuts_absents": dict.fromkeys(StatutProjet, WHY)}, "dire plutôt projets = NON_FOURNI"),
    ],
)
def test_what_says_nothing_is_refused(attributes: Mapping[str, Any], dit: str) -> None:
    with pytest.raises(pytest.fail.Exception, match=dit):
        check_declared(declaring(**attributes))


def test_words_that_a_list_lacks_are_not_told() -> None:
    check_declared(declaring(statuts_absents={StatutProjet.ANNULE: WHY}, motifs_absents={MotifNonEligible.AUTRE: WHY}))
    scenario = build(7, "entiers", {}).scenario
    before = len(scenario.sejours), {one.motif for one in scenario.sejours}, {one.statut for one in scenario.projets}
    leave_out_words(scenario, {MotifNonEligible.AUTRE}, {StatutProjet.ANNULE})
    assert len(scenario.sejours) == before[0]
    assert {one.motif for one in scenario.sejours} == before[1] - {"autre"}
    assert {one.statut for one in scenario.projets} == before[2] - {"annule"}
