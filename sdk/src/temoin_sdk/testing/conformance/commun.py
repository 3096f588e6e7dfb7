"""Tests that every source passes, whatever its data: contract, imports, settings, secrets, harmlessness, discretion."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, ClassVar, Final

from pydantic import SecretStr, ValidationError
from sqlalchemy import make_url

from temoin_sdk.contract import Instant, Source
from temoin_sdk.contract.loading import check_source, load_plugins
from temoin_sdk.contract.sources import RelationSql, SqlSource
from temoin_sdk.errors import Acteur, PluginError, TemoinError
from temoin_sdk.testing.conformance.epreuve import epreuve, fail, skip
from temoin_sdk.testing.conformance.essai import Essai
from temoin_sdk.testing.outcomes import NiveauEpreuve

DRIVERS: Final = (
    "psycopg",
    "psycopg2",
    "pymysql",
    "MySQLdb",
    "mysql",
    "oracledb",
    "cx_Oracle",
    "mssql_python",
    "pyodbc",
)
_SECRET_NAMES: Final = frozenset(
    {"mot_de_passe", "password", "passe", "secret", "jeton", "token", "cle", "cle_api", "api_key", "client_secret"}
)
_CANARI: Final = "canari-jamais-montre"
_BLOCKED: Final = """
import importlib, sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {drivers!r}:
            raise ImportError("driver not installed: " + name)
sys.meta_path.insert(0, Blocked())
importlib.import_module({module!r})
"""
_SLOW: Final = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000000) "
    "SELECT 'x' AS code, 'x' AS usager, '2024-01-01' AS date_fait FROM n WHERE i < 0",
    "postgresql": "SELECT 'x' AS code, 'x' AS usager, now() AS date_fait FROM pg_sleep(20)",
    "mariadb": "SELECT 'x' AS code, 'x' AS usager, '2024-01-01' AS date_fait FROM (SELECT SLEEP(20) AS s) t",
}
_PATIENCE: Final = 120.0
_NOBODY: Final = 9
"""A port on which nothing listens."""
_LATE: Final = frozenset({"delai_depasse", "http_delai"})


class EpreuvesCommunes:
    """Inherited by every conformance class. `source` is the class under test."""

    source: ClassVar[type[Source]]

    def lentement(self) -> AbstractContextManager[Mapping[str, Any]] | None:
        """For a source that is no SQL: settings that reach a software which answers nothing; None if it cannot be."""
        return None

    @epreuve("contrat", "Version du contrat, et plugin trouvé par son point d'entrée")
    def test_contract(self) -> None:
        classe = self.source
        try:
            check_source(classe)
        except PluginError as error:
            fail(error.phrase())
        if getattr(classe, "fichier_mapping", None) is not None:
            return  # the file itself was checked when it was read
        catalogue = load_plugins()
        for ecarte in catalogue.ecartes.values():
            if classe.__module__.partition(".")[0] in str(ecarte.ou):
                fail(f"Le plugin est écarté au chargement.\n{ecarte.phrase()}")
        found = catalogue.sources.get(classe.nom)
        if found is None or found.classe is not classe:
            fail(
                f"Aucune distribution installée ne fournit la source « {classe.nom} » : l'agent ne la trouverait pas.\n"
                "  Que faire : déclarer [project.entry-points.temoin] dans pyproject.toml, puis « pip install -e . »."
            )

    @epreuve("sans_pilote", "Le plugin s'importe sans le pilote de la base")
    def test_imports_without_driver(self) -> None:
        if getattr(self.source, "fichier_mapping", None) is not None:
            skip("un fichier de mapping n'importe rien")
        code = _BLOCKED.format(drivers=set(DRIVERS), module=self.source.__module__)
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        done = subprocess.run(  # noqa: S603 - our own interpreter on our own text
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1]
            fail(
                f"Le plugin ne s'importe pas là où le pilote n'est pas installé : {last}\n"
                "  Que faire : n'importer aucun pilote en tête de module ; Témoin le charge quand il lit."
            )

    @epreuve("reglages_stricts", "Réglages stricts, secrets déclarés comme tels")
    def test_strict_settings(self, essai: Essai) -> None:
        model = self.source.Reglages
        model.model_validate(dict(essai.settings))
        for extra in ({"reglage_inconnu": 1}, {"reglage_inconnu": _CANARI}):
            try:
                model.model_validate({**essai.settings, **extra})
            except ValidationError as error:
                if _CANARI in str(error):
                    fail("Une erreur de réglages montre la valeur refusée : garder hide_input_in_errors=True.")
            else:
                fail('Un réglage inconnu est accepté : une faute de frappe passerait. Garder extra="forbid".')
        for name, one in model.model_fields.items():
            if name.lower() in _SECRET_NAMES and name not in essai.secrets:
                fail(f"Le réglage « {name} » est un secret : le déclarer SecretStr (lu : {one.annotation}).")

    @epreuve("acces_refuse", "Un accès refusé est l'affaire du gestionnaire")
    def test_refused_access(self, essai: Essai) -> None:
        settings = _wrong_access(essai)
        if settings is None:
            skip("cette source n'a ni secret ni adresse qui puisse être fausse")
        passage = essai.run(*_first(essai), settings=settings)
        erreur = passage.erreur
        if not isinstance(erreur, TemoinError):
            fail(
                f"Avec un mauvais accès, la source ne dit pas d'erreur de Témoin : {passage.refus() or 'aucune erreur'}"
            )
        if erreur.acteur is not Acteur.GESTIONNAIRE:
            fail(
                f"Un mauvais accès est imputé à « {erreur.acteur.value} » : c'est au gestionnaire d'agir.\n"
                f"{erreur.phrase()}"
            )

    @epreuve("secrets_opaques", "Aucun secret ne paraît")
    def test_opaque_secrets(self, essai: Essai) -> None:
        if not essai.secrets:
            skip("cette source n'a pas de secret")
        # one that this run leaves out may ask for another setting beside it: a proxy's password, for a proxy
        used = [name for name in essai.secrets if essai.settings.get(name) is not None] or essai.secrets
        given = {**essai.settings, **dict.fromkeys(used, SecretStr(_CANARI))}
        reglages = self.source.Reglages.model_validate(given)
        source = self.source(reglages)
        seen = [repr(reglages), str(reglages), repr(source), str(source), repr(vars(source))]
        real = {_plain(essai.settings[name]) for name in essai.secrets if essai.settings.get(name) is not None}
        for secret in (_CANARI, *sorted(real)):
            for text in (*seen, *essai.outputs):
                if secret in text:
                    fail(
                        "Un secret paraît dans une sortie, un journal ou un repr.\n"
                        "  Que faire : le garder en SecretStr, et ne l'ouvrir qu'à l'appel (get_secret_value())."
                    )

    @epreuve("lecture_seule", "La source n'écrit rien")
    def test_read_only(self, essai: Essai) -> None:
        if essai.state is None:
            skip("la classe d'essai ne dit pas comment relire l'état du logiciel (méthode etat)")
        if essai.state() != essai.state_before:
            fail("Le logiciel n'est plus dans l'état d'avant la lecture : une source ne fait que lire.")

    @epreuve("delai", "Le délai de lecture est tenu")
    def test_deadline(self, essai: Essai) -> None:
        if essai.is_sql:
            slow = _SLOW.get(essai.moteur or "")
            if slow is None:
                skip(f"aucune requête lente n'est connue pour {essai.moteur}")
            text = RelationSql(slow, nature=Instant("UTC"))
            classe = type(self.source.__name__, (self.source,), {"mises_a_jour": text})
            settings = {**essai.settings, "delai": 1}
            erreur = _within(lambda: essai.run(*_first(essai), classe=classe, settings=settings).erreur)
        else:
            lent = self.lentement()
            if lent is None:
                skip("la classe d'essai ne dit pas comment rendre le logiciel lent (méthode lentement)")
            with lent as given:
                settings = {**given, "delai": 1}
                erreur = _within(lambda: essai.run(*_first(essai), settings=settings).erreur)
        if not isinstance(erreur, TemoinError) or erreur.code not in _LATE:
            fail(
                "Une lecture qui devait tenir en 1 s a été laissée aller à son terme.\n"
                "  Que faire : garder le réglage « delai » de ReglagesSql, sans le remplacer."
            )

    @epreuve("relance", "Relancé, le calcul rend les mêmes chiffres")
    def test_rerun_is_identical(self, essai: Essai) -> None:
        first = essai.passages[0]
        again = essai.run(first.fenetre, first.reglages)
        if first.resultat is None or again.resultat is None:
            fail(f"Le calcul s'est arrêté.\n{first.refus() or again.refus()}")
        if again.resultat.etablissements != first.resultat.etablissements or again.resultat.og != first.resultat.og:
            fail("Deux calculs de la même fenêtre sur la même base ne rendent pas les mêmes chiffres.")

    @epreuve("discretion", "Ni identifiant ni valeur d'une ligne ne paraît")
    def test_nothing_personal_is_told(self, essai: Essai) -> None:
        told = essai.told(essai.canaris)
        if told:
            fail(
                f"{len(told)} identifiants ou noms de personnes paraissent dans une sortie, un journal ou une erreur, "
                "par exemple celui d'une personne inventée par le kit.\n"
                "  Que faire : ne rien imprimer, ne rien journaliser d'une ligne lue."
            )

    @epreuve("discretion_des_textes", "Les SELECT ne lisent que les colonnes du contrat", NiveauEpreuve.RECOMMANDE)
    def test_texts_read_no_more(self, essai: Essai) -> None:
        if not issubclass(self.source, SqlSource):
            skip("une source sans SQL n'a pas de texte")
        for relation, text in self.source.texts().items():
            if "*" in text.texte.replace("count(*)", "").split("from", maxsplit=1)[0].split("FROM", maxsplit=1)[0]:
                fail(f"Le SELECT de {relation.value} commence par « * » : nommer les colonnes du contrat.")


def _first(essai: Essai) -> tuple[Any, Any]:
    return essai.passages[0].fenetre, essai.passages[0].reglages


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _wrong_access(essai: Essai) -> dict[str, Any] | None:
    given = {name: f"{_CANARI}-faux" for name in essai.secrets if essai.settings.get(name) is not None}
    if given:
        return {**essai.settings, **given}
    if essai.moteur == "sqlite":
        return {**essai.settings, "url": f"sqlite:///{essai.dossier / 'absente.db'}"}
    if essai.moteur is not None:
        nowhere = make_url(str(essai.settings["url"])).set(port=_NOBODY)
        return {**essai.settings, "url": nowhere.render_as_string(hide_password=False)}
    if "url" in essai.settings:
        return {**essai.settings, "url": f"http://127.0.0.1:{_NOBODY}/"}
    return None


def _within(action: Any) -> Any:
    """The result of an action that must not last: past two minutes the test goes on without it."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(action()), daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    return found[0] if found else None
