"""The French pages: what the signed reports say, judged with the register's sectors, in accessible HTML."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest

from temoin_receiver.installation import open_receiver
from temoin_receiver.pages import words
from temoin_receiver.pages.reading import Reserve
from temoin_receiver.pages.routes import ENVIRONMENT
from temoin_receiver.pages.views import view_all
from temoin_sdk.errors import Acteur
from temoin_sdk.figures import Ecarte
from temoin_sdk.report import Site
from temoin_sdk.vocabulary import Drapeau, EtatIndicateur, Mesure, MotifCorrection, MotifEcart, Niveau, Secteur
from temoin_sdk.windows import Fenetre
from temoin_sdk.wording import DRAPEAUX, ETATS, MESURES, MOTIFS_CORRECTION, MOTIFS_ECART

EHPAD, FOYER, NOUVEAU = "010780054", "2A0000154", "980500003"
VOID = {"meta", "link", "br"}


class Page(HTMLParser):
    """Text by element, every tag with its attributes, and whether all that opens closes in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.rows, self._row = [], None
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self._row = []
            self.rows.append(self._row)
        if tag in {"td", "th"}:
            self._row.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)
        if self.open and {"td", "th"} & set(self.open):
            self._row[-1] = f"{self._row[-1]} {data}".strip()

    @property
    def text(self):
        return " ".join("".join(self.words).split())

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def get(world, path, status=200):
    answer = world.client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = Page(answer.text)
    assert page.all("html") == [{"lang": "fr"}]
    assert len(page.all("h1")) == 1
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(one.get("scope") in {"col", "row"} for one in page.all("th"))
    assert page.all("script") == []
    assert not any("style" in one or any(name.startswith("on") for name in one) for _, one in page.tags)
    assert "solde dû" not in page.text
    return page


def push(world, *sites, **heading):
    rapport = world.agent.rapport(*sites, **heading)
    answer = world.push(world.agent.sign(rapport))
    assert answer.status_code == 201, answer.text
    return rapport


def row(page, start):
    return next(one for one in page.rows if one and one[0].startswith(start))


def test_the_list_shows_every_establishment_of_the_register(world):
    page = get(world, "/")
    assert row(page, EHPAD)[1:] == [
        "EHPAD Les Tilleuls & fils",
        "Association Les Tilleuls <Ain>",
        "PA",
        "",
        "",
        "aucun rapport reçu",
    ]
    assert {"href": f"/etablissements/{FOYER}"} in page.all("a")


def test_the_list_shows_the_last_state_of_each(world):
    push(world, world.figures(EHPAD, messages_mss=10), world.figures(FOYER))
    page = get(world, "/")
    assert row(page, EHPAD)[4:] == [
        "du 1er août au 31 octobre 2026 inclus",
        "22 novembre 2026 à 11 h 00, heure de Paris",
        "cibles atteintes : 4 sur 5",
    ]
    assert row(page, FOYER)[-1] == "cibles atteintes : 5 sur 5"


def test_an_empty_register_says_what_to_do(folder):
    with open_receiver(folder) as receiver, receiver.store.reading() as connection:
        assert view_all(connection) == []
    page = ENVIRONMENT.get_template("accueil.html").render(origine="ars.exemple/essai", lignes=[])
    assert "temoin-receiver registre charger" in Page(page).text


def test_names_are_escaped(world):
    text = world.client.get(f"/etablissements/{EHPAD}").text
    assert "EHPAD Les Tilleuls &amp; fils" in text
    assert "Association Les Tilleuls &lt;Ain&gt;" in text


def test_an_establishment_shows_rates_targets_states_and_levels_of_proof(world):
    push(world, world.figures(EHPAD, messages_mss=10, dmp_alimentes=None), world.figures(FOYER))
    page = get(world, f"/etablissements/{EHPAD}")
    assert row(page, "Taux de dossiers actifs")[1:] == [
        "95,00\u00a0% (95/100)",
        "90\u00a0%",
        "atteint",
        "compté ligne à ligne par Témoin",
    ]
    assert row(page, "Taux de projets personnalisés")[1] == "94,73\u00a0% (90/95)"
    assert row(page, "Taux de messages MSSanté")[3] == "non atteint"
    assert row(page, "Taux de DMP alimentés")[1:] == ["non fourni", "70\u00a0%", "non fourni", "aucun chiffre"]
    assert row(page, "Échanges e-parcours")[0] == "Échanges e-parcours (facultatif)"
    assert "Cibles atteintes : 3 sur 5." in page.text


def test_the_weaker_half_gives_a_rate_its_level_of_proof(world):
    site = world.figures(EHPAD)
    levels = {one: Niveau.DECLARE if one == "messages_mss" else level for one, level in site.niveaux.items()}
    push(world, site.model_copy(update={"niveaux": levels}), world.figures(FOYER))
    page = get(world, f"/etablissements/{EHPAD}")
    assert row(page, "Taux de messages MSSanté")[4] == "déclaré à la main, pièce à l'appui"
    assert row(page, "Taux de DMP alimentés")[4] == "compté ligne à ligne par Témoin"


def test_indicators_are_judged_with_the_registers_sector(world):
    """A whole project said to be PJM would be exempt of MSSanté and DMP: the register says PA and PH, so it is not."""
    pjm = {EHPAD: Site(Secteur.PJM, "Europe/Paris"), FOYER: Site(Secteur.PJM, "Europe/Paris")}
    push(world, sites=pjm)
    page = get(world, f"/etablissements/{EHPAD}")
    assert row(page, "Taux de messages MSSanté")[3] == "atteint"
    assert "Cibles atteintes : 5 sur 5." in page.text
    assert "Le secteur du rapport n'est pas celui du registre" in page.text


def test_a_project_that_the_register_says_is_wholly_pjm_is_exempt(world):
    world.load(
        "".join(
            f"""
[[etablissements]]
finess = "{finess}"
nom = "Service mandataire"
secteur = "PJM"
ej = "010000024"
"""
            for finess in (EHPAD, FOYER)
        )
    )
    push(world)
    page = get(world, f"/etablissements/{EHPAD}")
    assert row(page, "Taux de messages MSSanté")[3] == "sans objet"
    assert "Cibles atteintes : 3 sur 3." in page.text


def test_history_shows_replaced_versions_and_why(world):
    first = push(world)
    second = world.agent.correct(first, world.figures(EHPAD, messages_mss=10), world.figures(FOYER))
    world.clock.advance(days=1)
    assert world.push(world.agent.sign(second)).status_code == 201
    page = get(world, f"/etablissements/{EHPAD}")
    rows = [one for one in page.rows if one and one[0].startswith("du 1er août")]
    assert [one[3] for one in rows] == ["2, correction : saisie tardive", "1, remplacée"]
    assert [one[5] for one in rows] == ["4 sur 5", "5 sur 5"]
    assert len([one for one in page.all("h2") if one["id"].startswith("mesure-")]) == 1


def test_links_lead_to_the_signed_report_and_its_receipt(world):
    push(world)
    page = get(world, f"/etablissements/{EHPAD}")
    links = {one["href"] for one in page.all("a") if one["href"].startswith("/v1/")}
    assert len(links) == 2
    for link in links:
        answer = world.client.get(link)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/jose")


def test_the_latest_window_leads_whatever_the_order_of_arrival(world):
    push(world)
    older = Fenetre(debut=date(2026, 7, 1), fin=date(2026, 10, 1))
    push(world, fenetre=older, mesure=Mesure.SOLDE)
    page = get(world, f"/etablissements/{EHPAD}")
    assert "mesure intermédiaire du 1er août au 31 octobre 2026 inclus" in page.text
    assert row(get(world, "/"), EHPAD)[4] == "du 1er août au 31 octobre 2026 inclus"
    assert [one[2] for one in page.rows if one and one[0].startswith("du 1er")] == ["intermédiaire", "de solde"]


def test_flags_and_anomalies_are_sentences(world):
    site = world.figures(EHPAD).model_copy(update={"drapeaux": (Drapeau.AUTEUR_INCONNU,)})
    push(world, site, world.figures(FOYER), numero=4, precedent="5" * 64)
    page = get(world, f"/etablissements/{EHPAD}")
    assert "ne distingue pas les écritures humaines" in page.text
    assert "il manque un envoi" in page.text
    assert "rupture_de_chaine" not in page.text


def test_an_establishment_set_aside_has_no_figures_and_says_why(world):
    aside = Ecarte(finess=FOYER, motif=MotifEcart.SOURCE_ILLISIBLE, message="x", remede="y", acteur=Acteur.EDITEUR)
    push(world, world.figures(EHPAD), ecartes=(aside,))
    page = get(world, f"/etablissements/{FOYER}")
    assert "Pas de chiffres dans ce rapport : source illisible." in page.text
    assert row(get(world, "/"), FOYER)[-1] == "sans chiffres"


def test_an_establishment_that_waits_is_shown_as_such(world):
    push(world, *map(world.figures, (EHPAD, FOYER, NOUVEAU)))
    listed = row(get(world, "/"), NOUVEAU)
    assert listed[1] == "Établissement inconnu du registre"
    assert listed[-1] == "reçu, sans mesure en vigueur"
    page = get(world, f"/etablissements/{NOUVEAU}")
    assert row(page, "du 1er août")[8] == "Association Les Tilleuls <Ain> (en attente de l'ARS)"


@pytest.mark.parametrize("path", ["/etablissements/010000024", "/etablissements/<script>"])
def test_an_establishment_nobody_knows(world, path):
    assert "Établissement introuvable" in get(world, path, 404).text


def test_an_establishment_without_report_says_so(world):
    assert "Aucun rapport n'a encore été reçu" in get(world, f"/etablissements/{FOYER}").text


def test_the_style_sheet_is_ours_and_asks_for_nothing_else(world):
    answer = world.client.get("/style.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert not re.search(r"url\(|@import|http", answer.text)


@pytest.mark.parametrize(
    ("table", "words_of"),
    [
        (ETATS, EtatIndicateur),
        (words.NIVEAUX, Niveau),
        (words.RESERVES, Reserve),
        (DRAPEAUX, Drapeau),
        (MESURES, Mesure),
        (MOTIFS_CORRECTION, MotifCorrection),
        (MOTIFS_ECART, MotifEcart),
    ],
)
def test_every_word_of_the_closed_lists_has_its_french(table, words_of):
    assert set(table) == set(words_of)
