"""The sample server's bad days, each seen by the plugin: what passes is waited out, the rest is said."""

import json
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from temoin_api_sample import plugin
from temoin_api_sample.plugin import Limpide, VieuxCarnet, iso, temoin_sources
from temoin_api_sample.serveur import CLE, CLIENT_ID, CLIENT_SECRET, Panne, Serveur
from temoin_sdk import Relation
from temoin_sdk.errors import Acteur, ConnectionRefused
from temoin_sdk.http import ReglagesCle, ReglagesOAuth2


def limpide(serveur: Serveur, **reglages: Any) -> Limpide:
    fields = {"url": f"{serveur.url}/limpide/v2", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return Limpide(ReglagesOAuth2(**fields | reglages))


def carnet(serveur: Serveur, **reglages: Any) -> VieuxCarnet:
    return VieuxCarnet(ReglagesCle(**{"url": f"{serveur.url}/carnet", "cle": CLE} | reglages))


def test_the_plugin_stays_short_and_offers_two_sources() -> None:
    assert len(Path(plugin.__file__).read_text(encoding="utf-8").splitlines()) < 200
    assert temoin_sources() == [Limpide, VieuxCarnet]
    supplied = {Relation.ETABLISSEMENTS, Relation.SEJOURS, Relation.MISES_A_JOUR, Relation.PROJETS, Relation.EVENEMENTS}
    assert VieuxCarnet.relations_fournies() == supplied
    assert Limpide.relations_fournies() == supplied | {Relation.MESSAGES_MSS, Relation.DEPOTS_DMP}


@pytest.mark.parametrize("panne", [Panne.TROP, Panne.MAINTENANCE, Panne.COUPE])
def test_what_passes_is_waited_out(serveur: Serveur, panne: Panne) -> None:
    serveur.pannes[panne] = 1
    assert list(limpide(serveur).etablissements()) == ["S-01", "S-02", "S-03", "S-04"]
    assert serveur.pannes[panne] == 0


def test_tokens_that_expire_in_the_middle_are_renewed(serveur: Serveur) -> None:
    source = limpide(serveur)
    assert len(list(source.etablissements())) == 4
    serveur.pannes[Panne.JETON] = 1
    assert len(list(source.etablissements())) == 4
    assert [each.methode for each in serveur.asked] == ["POST", "GET", "GET", "POST", "GET"]


def test_a_login_page_is_no_data(serveur: Serveur) -> None:
    serveur.pannes[Panne.CONNEXION] = 1
    with pytest.raises(ConnectionRefused, match="page de connexion"):
        list(carnet(serveur).etablissements())


def test_an_answer_a_byte_at_a_time_ends_at_the_deadline(serveur: Serveur) -> None:
    serveur.pannes[Panne.LENT] = 9
    begun = time.monotonic()
    with pytest.raises(ConnectionRefused, match="délai"):
        list(limpide(serveur, delai=1).etablissements())
    assert time.monotonic() - begun < 4


def test_a_limit_of_requests_is_respected_or_said(serveur: Serveur) -> None:
    serveur.par_minute = 2
    source = limpide(serveur, delai=10)
    for _ in range(2):
        list(source.etablissements())
    with pytest.raises(ConnectionRefused, match="ralentir") as caught:
        list(source.etablissements())
    assert caught.value.acteur is Acteur.PERSONNE


@pytest.mark.parametrize(
    "make", [lambda s: limpide(s, client_secret="mauvais-secret"), lambda s: carnet(s, cle="mauvaise-cle")]
)
def test_a_wrong_secret_is_the_gestionnaires(serveur: Serveur, make: Any) -> None:
    with pytest.raises(ConnectionRefused, match="refuse l'accès") as caught:
        list(make(serveur).etablissements())
    assert caught.value.acteur is Acteur.GESTIONNAIRE
    assert "mauvais" not in caught.value.phrase()


@pytest.mark.parametrize(
    ("text", "read"), [("31/10/2026 23:59", "2026-10-31 23:59"), ("01/08/2026", "2026-08-01"), ("", "")]
)
def test_french_dates(text: str, read: str) -> None:
    assert iso(text) == read


def test_the_command_serves_both_and_says_where() -> None:
    command = [sys.executable, "-c", "from temoin_api_sample.servir import main; main()", "servir", "--panne", "503"]
    with subprocess.Popen([*command], stdout=subprocess.PIPE, text=True, env={"PYTHONUNBUFFERED": "1"}) as process:
        try:
            assert process.stdout is not None
            lines = process.stdout.readline() + process.stdout.readline()
            [base] = set(re.findall(r"http://127\.0\.0\.1:\d+", lines))
            assert CLE in lines
            address = f"{base}/carnet/export.php?objet=structures&cle={CLE}"
            with pytest.raises(urllib.error.HTTPError, match="503"):
                urllib.request.urlopen(address, timeout=10)
            with urllib.request.urlopen(address, timeout=10) as answer:
                assert json.loads(answer.read().decode("latin-1"))["nb"] == 2
        finally:
            process.terminate()
