"""With the squelette and the day leaves alone, every root and every count of a report is recomputed."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from reference import routes
from reference.bases import crowd

from temoin_sdk.campaigns import Reglages, load_campaign
from temoin_sdk.conventions import Convention
from temoin_sdk.counting import Resultat
from temoin_sdk.evidence import (
    FeuilleJour,
    encode_feuille_jour,
    engagement_cle,
    read_jours,
    read_squelette,
    recount,
    root,
)
from temoin_sdk.report import Entete, Rapport, Site, build_rapport, from_octets, to_octets
from temoin_sdk.report.models import EtablissementRapport
from temoin_sdk.testing.reference.facts import CLE_PSEUDONYME, EJ, PROJET, Base
from temoin_sdk.vocabulary import Compte, Mesure, Relation

CAMPAGNE = load_campaign("generalisation-2025")
CONVENTION = Convention(code=PROJET, campagne=CAMPAGNE.campagne.code)
Dmp = Literal["accompagnees_eligibles", "sans_condition"]


def reported(base: Base, resultat: Resultat) -> Rapport:
    """The report of a result, as its bytes are read back."""
    entete = Entete(
        destinataire="essai.ars.exemple/2026",
        ej=EJ,
        installation="6f1c2a9e-58b0-4d0e-9a63-0b6a1f1f2c77",
        numero=1,
        precedent=None,
        mesure=Mesure.INTERMEDIAIRE,
        fenetre=base.fenetre,
        calcule_le=datetime(2026, 11, 22, 6, 30, tzinfo=UTC),
        engagement_cle=engagement_cle(CLE_PSEUDONYME),
    )
    rapport = build_rapport(
        entete,
        sites={one.finess: Site(None, one.fuseau) for one in base.etablissements},
        figures=resultat.etablissements,
        ecartes=resultat.ecartes,
        sources=resultat.sources,
        og=resultat.og,
        campagne=CAMPAGNE,
        convention=CONVENTION,
    )
    return from_octets(Rapport, to_octets(rapport))


def check(said: EtablissementRapport, squelette: bytes, jours: tuple[FeuilleJour, ...], reglages: Reglages) -> None:
    """All that a report says of an establishment follows from its leaves; a count not supplied left none."""
    found = recount(squelette, jours, reglages)
    assert found.comptes == {compte: said.comptes[compte] or 0 for compte in Compte}
    assert (found.feuilles, found.racine) == (said.feuilles, said.racine)
    assert (found.feuilles_jours, found.racine_jours) == (said.feuilles_jours, said.racine_jours)
    assert found.messages_mss_professionnels == (said.messages_mss_professionnels or 0)
    assert found.messages_mss_usagers == (said.messages_mss_usagers or 0)


@pytest.mark.parametrize("dmp", ["accompagnees_eligibles", "sans_condition"])
def test_counts_and_roots_follow_from_leaves(dmp: Dmp, tmp_path: Path) -> None:
    for seed in range(20):
        base = crowd(seed)
        base = replace(base, reglages=base.reglages.model_copy(update={"dmp": dmp}))
        dossier = tmp_path / str(seed)
        rapport = reported(base, routes.run(base, routes.through_records(base, objects=False), dossier))
        for said in rapport.etablissements:
            check(said, read_squelette(dossier, said.finess), read_jours(dossier, said.finess), base.reglages)
        if rapport.og is not None:
            jours = read_jours(dossier, EJ)
            assert rapport.og.messages_mss == sum(one.nombre for one in jours)
            assert rapport.og.feuilles_jours == len(jours)
            assert rapport.og.racine_jours == root(map(encode_feuille_jour, jours)).hex()


def test_a_leaf_changed_or_left_out_is_seen(tmp_path: Path) -> None:
    """So that the comparison above cannot pass on anything."""
    base = next(one for one in map(crowd, range(100)) if set(one.lignes) >= {Relation.SEJOURS, Relation.DEPOTS_DMP})
    rapport = reported(base, routes.run(base, routes.through_records(base, objects=False), tmp_path / "preuves"))
    said = max(rapport.etablissements, key=lambda one: one.feuilles)
    squelette = read_squelette(tmp_path / "preuves", said.finess)
    first, *others = read_jours(tmp_path / "preuves", said.finess)
    check(said, squelette, (first, *others), base.reglages)
    for fewer, days in (
        (squelette[34:], (first, *others)),
        (squelette, tuple(others)),
        (squelette, (replace(first, nombre=first.nombre + 1), *others)),
    ):
        with pytest.raises(AssertionError):
            check(said, fewer, days, base.reglages)
