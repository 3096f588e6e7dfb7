"""A report is put together in one order, complete, and only from what a report may hold."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from temoin_sdk.campaigns import LoadedCampaign
from temoin_sdk.errors import Acteur, PluginError, ReportError
from temoin_sdk.figures import Figures, SourceLue
from temoin_sdk.report import (
    Correction,
    Rapport,
    Site,
    from_octets,
    same_figures,
    spell_instant,
    to_octets,
)
from temoin_sdk.vocabulary import EtatIndicateur, MotifCorrection, Relation, Secteur

Make = Callable[..., Rapport]


def test_a_report_reads_back_from_its_bytes(rapport: Rapport) -> None:
    assert from_octets(Rapport, to_octets(rapport)) == rapport


def test_lists_are_put_in_their_one_order(rapport_of: Make, source: SourceLue) -> None:
    other = source.model_copy(update={"source": "agenda-externe"})
    rapport = rapport_of(sources=(source, other))
    assert [site.finess for site in rapport.etablissements] == ["010780054", "2A0000154"]
    assert [one.source for one in rapport.sources] == ["agenda-externe", "dui-principal"]
    assert rapport.sources[0].relations == (Relation.ETABLISSEMENTS, Relation.SEJOURS)


def test_two_databases_of_one_program_are_two_sources(rapport_of: Make, source: SourceLue) -> None:
    other = source.model_copy(update={"fusions": 9})
    one = rapport_of(sources=(source, other, source))
    assert len(one.sources) == 3
    assert to_octets(one) == to_octets(rapport_of(sources=(other, source, source)))


def test_the_order_in_which_figures_come_changes_no_byte(rapport_of: Make, figures_of: Callable[..., Figures]) -> None:
    one, other = figures_of("010780054"), figures_of("2A0000154")
    assert to_octets(rapport_of(figures=(one, other))) == to_octets(rapport_of(figures=(other, one)))


def test_the_header_is_bound_inside(rapport: Rapport, campagne_2025: LoadedCampaign) -> None:
    assert (rapport.format, rapport.contrat) == (1, 1)
    assert rapport.projet == "projet-du-gave"
    assert rapport.campagne.empreinte == campagne_2025.empreinte
    assert rapport.calcule_le == "2026-11-22T06:30:15Z"
    assert (rapport.version, rapport.remplace, rapport.motif) == (1, None, None)


def test_indicators_are_computed_in_the_campaign_s_order(rapport: Rapport, campagne_2025: LoadedCampaign) -> None:
    indicateurs = rapport.etablissements[0].indicateurs
    assert tuple(one.code for one in indicateurs) == campagne_2025.campagne.codes
    by_code = {one.code: one for one in indicateurs}
    assert by_code["taux_projet_personnalise"].taux == "88.88"
    assert by_code["taux_dmp"].etat is EtatIndicateur.NON_ATTEINT
    assert by_code["nb_eprescription"].etat is EtatIndicateur.NON_FOURNI


@pytest.mark.parametrize(
    ("other", "etat"), [(Secteur.PJM, EtatIndicateur.SANS_OBJET), (Secteur.PA, EtatIndicateur.NON_ATTEINT)]
)
def test_a_set_aside_establishment_still_says_of_which_sector_the_project_is(
    rapport_of: Make, other: Secteur, etat: EtatIndicateur
) -> None:
    sites = {
        "010780054": Site(Secteur.PJM, "Europe/Paris"),
        "2A0000154": Site(Secteur.PJM, "Europe/Paris"),
        "970400024": Site(other, "Indian/Reunion"),
    }
    indicateurs = rapport_of(sites=sites).etablissements[0].indicateurs
    assert {one.etat for one in indicateurs if one.code == "taux_dmp"} == {etat}


def test_a_reason_that_excluded_nobody_is_not_written(rapport: Rapport) -> None:
    assert rapport.etablissements[0].exclus == {"refus_usager": 2, "sejour_bref": 1}


def test_a_correction_says_what_it_replaces(rapport_of: Make) -> None:
    correction = Correction(version=2, remplace="aa" * 32, motif=MotifCorrection.SAISIE_TARDIVE)
    rapport = rapport_of(numero=4, precedent="bb" * 32, correction=correction)
    assert (rapport.version, rapport.remplace, rapport.motif) == (2, "aa" * 32, MotifCorrection.SAISIE_TARDIVE)


def test_the_same_figures_at_another_place_of_the_chain_are_the_same(rapport_of: Make, rapport: Rapport) -> None:
    again = rapport_of(
        numero=9,
        precedent="bb" * 32,
        calcule_le=datetime(2026, 11, 23, tzinfo=UTC),
        correction=Correction(version=3, remplace="aa" * 32, motif=MotifCorrection.AUTRE),
    )
    assert same_figures(rapport, again)


def test_other_figures_are_not_the_same(rapport_of: Make, rapport: Rapport, figures_of: Callable[..., Figures]) -> None:
    assert not same_figures(rapport, rapport_of(figures=(figures_of(), figures_of("2A0000154", racine="ff" * 32))))
    assert not same_figures(rapport, rapport_of(engagement_cle="aa" * 32))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("logiciel", "Clé\nDes Prés"),
        ("logiciel_version", "5.2 <script>"),
        ("source", "a" * 61),
        ("plugin", "e\u0301diteur"),
        ("espace_usagers", "dupont@exemple.fr"),
    ],
)
def test_a_name_that_a_report_may_not_hold_is_the_editor_s(
    rapport_of: Make, source: SourceLue, member: str, value: str
) -> None:
    with pytest.raises(PluginError) as caught:
        rapport_of(sources=(source.model_copy(update={member: value}),))
    assert caught.value.code == "source_nom"
    assert caught.value.acteur is Acteur.EDITEUR
    assert member in caught.value.message


def test_contradictory_figures_are_an_error_people_can_read(
    rapport_of: Make, figures_of: Callable[..., Figures]
) -> None:
    with pytest.raises(ReportError) as caught:
        rapport_of(figures=(figures_of(messages_mss_usagers=31),))
    assert caught.value.code == "forme"
    assert "répartition" in caught.value.message


def test_an_instant_is_written_in_utc_to_the_second() -> None:
    reunion = timezone(timedelta(hours=4))
    assert spell_instant(datetime(2026, 11, 22, 2, 0, 0, 999_999, tzinfo=reunion)) == "2026-11-21T22:00:00Z"
    with pytest.raises(ValueError, match="sans fuseau"):
        spell_instant(datetime(2026, 11, 22, tzinfo=UTC).replace(tzinfo=None))
