"""The plugin, counted by Témoin, gives what a careful person counts by hand in the editor's tables."""

from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from temoin_editor_sample import EJ, ETABLISSEMENTS
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.vocabulary import Drapeau
from temoin_sdk.windows import Fenetre

QUARTER = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
LAST_DAY = Fenetre(debut=date(2026, 10, 31), fin=date(2026, 11, 1))
CHANGE_OF_CLOCKS = Fenetre(debut=date(2026, 3, 29), fin=date(2026, 3, 30))


def counted(residia: Path, dossier: Path, fenetre: Fenetre) -> Resultat:
    return count(
        Demande(
            fenetre=fenetre,
            campagne=load_campaign("generalisation-2025").campagne,
            ej=EJ,
            projet="demonstration",
            etablissements=tuple(
                EtablissementDemande(finess=e.finess, fuseau=e.fuseau, mise_en_service=e.mise_en_service)
                for e in ETABLISSEMENTS
            ),
            fuseau_og="Europe/Paris",
            sources=(
                SourceDemande(
                    nom="residia",
                    plugin="residia",
                    reglages={"url": f"sqlite:///{residia}"},
                    sites={e.code: e.finess for e in ETABLISSEMENTS},
                ),
            ),
            cle_pseudonyme=bytes(32),
            cle_site=bytes(range(32)),
            dossier=dossier,
        )
    )


@pytest.mark.parametrize("fenetre", [QUARTER, LAST_DAY, CHANGE_OF_CLOCKS], ids=lambda f: str(f.debut))
def test_every_count_of_every_establishment(
    residia: Path, tmp_path: Path, by_hand: ModuleType, fenetre: Fenetre
) -> None:
    resultat = counted(residia, tmp_path, fenetre)
    assert (resultat.ecartes, resultat.erreurs) == ((), ())
    by_finess = {figures.finess: figures for figures in resultat.etablissements}
    found = {e.code: {c.value: n for c, n in by_finess[e.finess].comptes.items()} for e in ETABLISSEMENTS}
    expected = {e.code: by_hand.expected_counts(residia, e.code, fenetre.debut, fenetre.fin) for e in ETABLISSEMENTS}
    assert found == expected
    shared = by_hand.expected_og_messages(residia, fenetre.debut, fenetre.fin)
    assert (resultat.og.messages_mss if resultat.og else 0) == shared


def test_what_the_plugin_does_raises_no_suspicion(residia: Path, tmp_path: Path) -> None:
    resultat = counted(residia, tmp_path, QUARTER)
    assert resultat.avertissements == ()
    [source] = resultat.sources
    assert (source.logiciel, source.logiciel_version) == ("Residia", "7.4.2")
    assert source.fusions > 0
    recent = {f.finess for f in resultat.etablissements if Drapeau.DEMARRAGE_RECENT in f.drapeaux}
    assert recent == {e.finess for e in ETABLISSEMENTS if e.code in {"MAS-VAL", "CAJ-TIL"}}
