"""Campaign files: those that come with the sdk, a user's own, and what each defect makes a person read."""

import hashlib
from pathlib import Path

import pytest
from pydantic import ValidationError

from temoin_sdk.campaigns import Campagne, list_campaigns, load_campaign
from temoin_sdk.campaigns.models import Montant
from temoin_sdk.errors import Acteur, CampaignError
from temoin_sdk.vocabulary import Compte, Secteur

ALL = ("amorcage-2021-grand-est", "generalisation-2022-normandie", "generalisation-2025")
GENERALISATION = ALL[1:]

MINIMAL = """\
code = "essai"
libelle = "Campagne d'essai"
annee = 2026
sources = ["Appel fictif"]

[fenetre]
regle = "mois_civils"
mois = 1

[reglages]
base_personnes = "annee"
projet = "un_jour"
agenda = "tout"
dmp = "sans_condition"
motifs_admis = ["refus_usager"]
invariants = true

[textes]
regle = "texte"
mois = "texte"
base_personnes = "texte"
projet = "texte"
agenda = "texte"
dmp = "texte"
motifs_admis = "texte"
invariants = "texte"

[[indicateurs]]
code = "taux_mss"
libelle = "MSS"
numerateur = "messages_mss"
denominateur = "personnes_eligibles"
cible = "62.5"
texte = "texte"
"""

CHOIX = """
[[choix]]
libelle = "socle"
parmi = ["taux_mss"]
minimum = 1
texte = "texte"
"""

EXEMPTION = """
[[exemptions]]
secteur = "PJM"
indicateurs = ["taux_mss"]
projet_entier = true
texte = "texte"
"""

MONTANT = """
[[enjeu_indicatif]]
poste = "usage"
par = "essms"
au_rang = 49
euros = 7000
texte = "texte"
"""

VERSEMENT = """
[[versements]]
libelle = "avance"
pourcent = 100
texte = "texte"
"""

FULL = MINIMAL + CHOIX + EXEMPTION + MONTANT + VERSEMENT


def campagne(code: str) -> Campagne:
    return load_campaign(code).campagne


def test_the_package_carries_the_three_campaigns() -> None:
    assert list_campaigns() == ALL


@pytest.mark.parametrize("code", ALL)
def test_each_is_named_as_its_file_and_bound_by_its_bytes(code: str) -> None:
    loaded = load_campaign(code)
    assert loaded.campagne.code == code
    assert loaded.empreinte == hashlib.sha256(loaded.octets).hexdigest()
    assert loaded.octets.decode("utf-8").startswith("# ESMS numérique")


@pytest.mark.parametrize("code", ALL)
def test_a_provisional_decision_names_its_number(code: str) -> None:
    """Wherever two settings exist, the text says which decision chose or which words of the call did."""
    textes = campagne(code).textes
    assert all("écision provisoire" in textes[key] for key in ("base_personnes", "projet", "agenda", "dmp"))
    assert all(text.strip().endswith(".") for text in textes.values())


@pytest.mark.parametrize("code", GENERALISATION)
def test_targets_and_formulas_of_the_generalisation(code: str) -> None:
    found = {i.code: (i.numerateur, i.denominateur, i.cible, i.facultatif) for i in campagne(code).indicateurs}
    assert found == {
        "nb_dossiers_actifs": (Compte.DOSSIERS_ACTIFS, None, None, False),
        "taux_dossiers_actifs": (Compte.DOSSIERS_ACTIFS, Compte.PERSONNES_ACCOMPAGNEES, "90", False),
        "taux_projet_personnalise": (Compte.DOSSIERS_ACTIFS_PROJET, Compte.DOSSIERS_ACTIFS, "90", False),
        "taux_evenement_agenda": (Compte.DOSSIERS_ACTIFS_AGENDA, Compte.DOSSIERS_ACTIFS, "90", False),
        "taux_mss": (Compte.MESSAGES_MSS, Compte.PERSONNES_ELIGIBLES, "70", False),
        "taux_dmp": (Compte.DMP_ALIMENTES, Compte.PERSONNES_ELIGIBLES, "70", False),
        "nb_eprescription": (Compte.PRESCRIPTIONS_IMPORTEES, None, None, True),
        "nb_eparcours": (Compte.ECHANGES_EPARCOURS, None, None, True),
    }


def test_windows_of_the_three_calls() -> None:
    rules = {code: campagne(code).fenetre.model_dump() for code in ALL}
    keys = ("regle", "mois", "mois_premiere_mesure", "mois_maintenance")
    assert {code: tuple(rule[key] for key in keys) for code, rule in rules.items()} == {
        "amorcage-2021-grand-est": ("date_de_mesure", 3, None, 1),
        "generalisation-2022-normandie": ("mois_civils", 1, 3, None),
        "generalisation-2025": ("date_de_mesure", 3, None, None),
    }


def test_amorcage_has_no_target_counts_any_event_and_lets_projects_choose_their_socle() -> None:
    amorcage = campagne(ALL[0])
    assert all(indicateur.cible is None for indicateur in amorcage.indicateurs)
    assert (amorcage.reglages.agenda, amorcage.reglages.invariants) == ("tout", False)
    (socle,) = amorcage.choix
    assert (socle.parmi, socle.minimum) == (("nb_mss", "nb_documents_dmp", "nb_eprescription", "nb_eparcours"), 2)
    assert {i.code: i.numerateur for i in amorcage.indicateurs}["nb_documents_dmp"] is Compte.DOCUMENTS_DMP


def test_only_2025_exempts_projects_wholly_of_pjm() -> None:
    (exemption,) = campagne("generalisation-2025").exemptions
    assert (exemption.secteur, exemption.projet_entier) == (Secteur.PJM, True)
    assert exemption.indicateurs == ("taux_mss", "taux_dmp")
    assert campagne(ALL[0]).exemptions == campagne(ALL[1]).exemptions == ()


def scale(code: str, poste: str, rang: int, logiciel: str) -> list[int]:
    return [
        line.euros
        for line in campagne(code).enjeu_indicatif
        if line.poste == poste
        and line.logiciel in {None, logiciel}
        and line.du_rang <= rang
        and (line.au_rang is None or rang <= line.au_rang)
    ]


@pytest.mark.parametrize(
    ("code", "poste", "rang", "logiciel", "euros"),
    [
        (ALL[2], "usage", 49, "nouveau", [7000]),
        (ALL[2], "usage", 49, "conserve", [5000]),
        (ALL[2], "usage", 50, "nouveau", [2000]),
        (ALL[2], "usage", 50, "conserve", [2000]),
        (ALL[2], "editeur", 1, "nouveau", [14000]),
        (ALL[2], "editeur", 50, "nouveau", [3000]),
        (ALL[2], "editeur", 1, "conserve", []),
        (ALL[1], "usage", 1, "nouveau", [7000]),
        (ALL[1], "usage", 1, "conserve", [5000]),
        (ALL[1], "editeur", 49, "nouveau", [12000, 14500]),
        (ALL[1], "editeur", 50, "nouveau", [1000, 3000]),
        (ALL[0], "usage", 30, "nouveau", [25000]),
        (ALL[0], "usage", 30, "conserve", [10000]),
        (ALL[0], "usage", 31, "nouveau", []),
    ],
)
def test_indicative_scales_by_rank_and_software(
    code: str, poste: str, rang: int, logiciel: str, euros: list[int]
) -> None:
    assert scale(code, poste, rang, logiciel) == euros


def test_instalments_of_the_calls() -> None:
    assert [[part.pourcent for part in campagne(code).versements] for code in ALL] == [[40, 40, 20], [50, 50], [50, 50]]


def test_overlap_of_scale_lines_looks_at_what_makes_them_apply() -> None:
    line = Montant(poste="usage", par="essms", au_rang=49, euros=1, texte="t")
    assert line.overlaps(line.model_copy(update={"du_rang": 49, "au_rang": None}))
    assert not line.overlaps(line.model_copy(update={"du_rang": 50, "au_rang": None}))
    assert not line.overlaps(line.model_copy(update={"condition": "petit OG"}))


def test_a_user_file_works_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "essai.toml"
    path.write_text(FULL, encoding="utf-8")
    by_path, by_text = load_campaign(path), load_campaign(str(path))
    assert by_path == by_text
    assert by_path.octets == FULL.encode()
    assert by_path.campagne.indicateurs[0].cible == "62.5"
    assert by_path.campagne.reglages.motifs_admis == ("refus_usager",)


def test_a_campaign_never_changes() -> None:
    with pytest.raises(ValidationError):
        campagne(ALL[0]).annee = 2026  # type: ignore[misc]  # what must be refused


def test_the_digest_changes_with_a_comment(tmp_path: Path) -> None:
    path = tmp_path / "essai.toml"
    path.write_text(MINIMAL, encoding="utf-8")
    before = load_campaign(path)
    path.write_text(MINIMAL + "# vu le 22\n", encoding="utf-8")
    after = load_campaign(path)
    assert after.campagne == before.campagne
    assert after.empreinte != before.empreinte


def test_an_unknown_code_lists_those_that_exist() -> None:
    with pytest.raises(CampaignError) as refused:
        load_campaign("generalisation-2024")
    assert refused.value.code == "campagne_inconnue"
    assert all(code in refused.value.remede for code in ALL)


@pytest.mark.parametrize("code", ["../models", "data/x", "__init__.py"])
def test_a_code_never_reaches_outside_the_package_data(code: str) -> None:
    with pytest.raises(CampaignError) as refused:
        load_campaign(code)
    assert refused.value.code == "campagne_inconnue"


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CampaignError) as refused:
        load_campaign(tmp_path / "absent.toml")
    assert refused.value.code == "campagne_illisible"
    assert refused.value.ou == str(tmp_path / "absent.toml")
    assert refused.value.acteur is Acteur.GESTIONNAIRE


def refusal(tmp_path: Path, content: str | bytes) -> CampaignError:
    path = tmp_path / "essai.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(CampaignError) as refused:
        load_campaign(path)
    return refused.value


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (MINIMAL.replace('code = "essai"', "code = essai"), 1),
        (MINIMAL.replace("mois = 1", "mois = "), 8),
        (MINIMAL.replace("Appel fictif", "Appel é").encode("latin-1"), 4),
    ],
)
def test_a_syntax_error_says_its_line(tmp_path: Path, content: str | bytes, line: int) -> None:
    error = refusal(tmp_path, content)
    assert error.code == "campagne_syntaxe"
    assert error.ou == f"{tmp_path / 'essai.toml'}, ligne {line}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("annee = 2026\n", "", "annee : manque"),
        ("annee = 2026", 'annee = "2026"', "annee : un nombre entier, sans guillemets, est attendu (lu : '2026')"),
        ("annee = 2026", "annee = 2026.0", "annee : un nombre entier"),
        ("annee = 2026", "annee = 2019", "annee : au moins 2020 (lu : 2019)"),
        ("annee = 2026", "annee = 2101", "annee : au plus 2100 (lu : 2101)"),
        ('code = "essai"', 'code = "Essai 1"', "n'est pas un code : minuscules sans accent"),
        ('sources = ["Appel fictif"]', "sources = []", "sources : au moins 1 élément"),
        ('sources = ["Appel fictif"]', 'sources = "Appel fictif"', "sources : une liste entre crochets est attendue"),
        ("mois = 1\n", "mois = 1\nsemaines = 4\n", "fenetre, semaines : champ inconnu ; champs admis : regle, mois"),
        ("mois = 1\n", "mois = 0\n", "fenetre, mois : au moins 1 (lu : 0)"),
        ("mois = 1\n", "mois = 13\n", "fenetre, mois : au plus 12 (lu : 13)"),
        ('"mois_civils"', '"semaines"', "fenetre, regle : valeurs admises : 'date_de_mesure' ou 'mois_civils'"),
        ('base_personnes = "annee"', 'base_personnes = "mois"', "valeurs admises : 'fenetre' ou 'annee'"),
        ("invariants = true", "invariants = 1", "reglages, invariants : true ou false est attendu"),
        ('motifs_admis = ["refus_usager"]', 'motifs_admis = ["refus"]', "motifs admis : refus_usager, accueil_anonyme"),
        ('["refus_usager"]', '["refus_usager", "refus_usager"]', "refus_usager écrit deux fois"),
        ('dmp = "texte"\n', "", "manque pour dmp"),
        ('mois = "texte"\n', "", "manque pour mois"),
        ('dmp = "texte"', 'dmp = ""', "textes, dmp : un texte non vide est attendu"),
        ('dmp = "texte"', 'dmp = "texte"\nrdv = "x"', "rdv ne correspond à aucun réglage"),
        ('code = "taux_mss"', 'code = "mss"', "indicateurs n° 1, code : « mss » n'est pas un code d'indicateur"),
        ('code = "taux_mss"', 'code = "nb_mss"', "un taux a un dénominateur, un nombre n'en a pas"),
        ('denominateur = "personnes_eligibles"\n', "", "un taux a un dénominateur, un nombre n'en a pas"),
        ('numerateur = "messages_mss"', 'numerateur = "messages"', "indicateurs n° 1, numerateur : valeurs admises"),
        ('cible = "62.5"', "cible = 62.5", "indicateurs n° 1, cible : un texte entre guillemets est attendu"),
        ('cible = "62.5"', "cible = 2026-01-01", "une campagne ne contient pas de date"),
        ('parmi = ["taux_mss"]', 'parmi = ["taux_dmp"]', "taux_dmp n'est pas un indicateur de la campagne"),
        ('parmi = ["taux_mss"]', 'parmi = ["taux_mss", "taux_mss"]', "taux_mss proposé deux fois"),
        ("minimum = 1", "minimum = 2", "2 à choisir parmi 1 seulement"),
        ('secteur = "PJM"', 'secteur = "pjm"', "exemptions n° 1, secteur : valeurs admises : 'PA', 'PH'"),
        ('indicateurs = ["taux_mss"]', 'indicateurs = ["taux_x"]', "taux_x n'est pas un indicateur de la campagne"),
        ("au_rang = 49", "du_rang = 50\nau_rang = 49", "le rang 49 vient avant le rang 50"),
        ("au_rang = 49", "du_rang = 0", "enjeu_indicatif n° 1, du_rang : au moins 1 (lu : 0)"),
        ("euros = 7000", "euros = -1", "enjeu_indicatif n° 1, euros : au moins 0 (lu : -1)"),
        ("pourcent = 100", "pourcent = 0", "versements n° 1, pourcent : au moins 1 (lu : 0)"),
        ("pourcent = 100", "pourcent = 101", "versements n° 1, pourcent : au plus 100 (lu : 101)"),
        ("pourcent = 100", "pourcent = 99", "la somme fait 99 %, pas 100 %"),
        (
            MONTANT,
            MONTANT + MONTANT.replace("au_rang", "du_rang"),
            "enjeu_indicatif n° 2 : deux montants pour un même ESSMS",
        ),
        ("euros = 7000", 'euros = 7000\ncouleur = "bleu"', "champs admis : poste, logiciel, par"),
    ],
)
def test_each_refused_value_says_where_and_what_is_admitted(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in FULL
    error = refusal(tmp_path, FULL.replace(old, new, 1))
    assert expected in error.message
    assert error.ou == str(tmp_path / "essai.toml")


def test_the_full_model_file_is_accepted(tmp_path: Path) -> None:
    """Without this the refusals above could all come from the model file itself."""
    path = tmp_path / "essai.toml"
    path.write_text(FULL, encoding="utf-8")
    assert load_campaign(path).campagne.choix[0].minimum == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("annee = 2026", "annee = 2020"),
        ("annee = 2026", "annee = 2100"),
        ("mois = 1\n", "mois = 12\n"),
        ("au_rang = 49", "du_rang = 1\nau_rang = 1"),
        ("euros = 7000", "euros = 0"),
        (VERSEMENT, VERSEMENT.replace("100", "99") + VERSEMENT.replace("100", "1")),
    ],
)
def test_the_last_admitted_values_are_admitted(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "essai.toml"
    path.write_text(FULL.replace(old, new, 1), encoding="utf-8")
    assert load_campaign(path).campagne.enjeu_indicatif[0].plafond is False


def test_an_indicator_defined_twice_is_refused(tmp_path: Path) -> None:
    twice = MINIMAL + MINIMAL[MINIMAL.index("[[indicateurs]]") :]
    assert "taux_mss défini deux fois" in refusal(tmp_path, twice).message


def test_every_refused_field_is_told_at_once(tmp_path: Path) -> None:
    error = refusal(tmp_path, FULL.replace("mois = 1", "mois = 0", 1).replace("annee = 2026", "annee = 1", 1))
    assert error.message.count("\n  - ") == 2


@pytest.mark.parametrize("cible", ["90", "62.5", "70.25", "0.5", "120", "0.01"])
def test_targets_that_have_one_spelling(tmp_path: Path, cible: str) -> None:
    path = tmp_path / "essai.toml"
    path.write_text(MINIMAL.replace("62.5", cible), encoding="utf-8")
    assert load_campaign(path).campagne.indicateurs[0].cible == cible


@pytest.mark.parametrize("cible", ["0", "0.0", "090", "90.0", "90.50", "90,5", "-1", "1e2", "90.005", " 90", "٩٠", ""])
def test_targets_that_do_not(tmp_path: Path, cible: str) -> None:
    assert "n'est pas une cible" in refusal(tmp_path, MINIMAL.replace("62.5", cible)).message
