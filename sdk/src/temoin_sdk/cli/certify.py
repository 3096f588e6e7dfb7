"""`temoin-sdk certify`: run the conformance tests, and sign what they found."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import typer
from pydantic import ValidationError

from temoin_sdk.certificates.issuing import Issued, issue_all
from temoin_sdk.certificates.releves import Releves
from temoin_sdk.certificates.words import CERTIFICAT_PROUVE, describe_certificat
from temoin_sdk.contract.loading import load_plugins
from temoin_sdk.durable import replace_files, storage_error
from temoin_sdk.envelope import (
    PrivateKey,
    Typ,
    empreinte,
    read_private_key,
    sign,
    write_private_key,
    write_public_key,
)
from temoin_sdk.errors import CertificateError, ConfigurationError, ExitCode, KeyFileError, SecretError
from temoin_sdk.report import to_octets

RECORDING: Final = "temoin_sdk.testing.recording"
GRAINE: Final = "TEMOIN_KIT_GRAINE"
NEEDED: Final = ("pytest", "sqlglot")
"""What the extra `kit` brings."""

_PASSED: Final = 0
_FAILED: Final = 1
_NOTHING: Final = 5
"""Exit codes of pytest: all passed, some failed, none was collected."""


def certify(
    cle: Annotated[Path, typer.Option("--cle", help="Clé privée de l'éditeur (PEM).", show_default=False)],
    tests: Annotated[
        list[str] | None, typer.Argument(help="Fichiers ou classes de conformité, comme pytest les nomme.")
    ] = None,
    graine: Annotated[
        int | None, typer.Option("--graine", min=0, help="Graine du scénario ; sans elle, celle de la trousse.")
    ] = None,
    sortie: Annotated[
        Path | None, typer.Option("--sortie", help="Fichier à écrire, au lieu d'un fichier dans le plugin.")
    ] = None,
    creer_cle: Annotated[
        bool, typer.Option("--creer-cle", help="Crée d'abord la clé à cet endroit, et sa partie publique à côté.")
    ] = False,
    phrase_env: Annotated[
        str | None, typer.Option("--phrase-env", metavar="VARIABLE", help="Variable qui contient la phrase de la clé.")
    ] = None,
) -> int:
    """Lance les épreuves de conformité et signe ce qu'elles ont trouvé : un certificat, rangé dans le plugin.

    Finit par 0 quand le certificat est écrit, 5 quand le plugin ne l'a pas mérité, 3 ou 8 pour la clé ou la commande.
    """
    key = _open_key(cle, _passphrase(phrase_env), new=creer_cle)
    issued = issue_all(_run_tests(tests or [], graine), load_plugins(), datetime.now(UTC))
    if sortie is not None and len(issued) > 1:
        raise ConfigurationError(
            f"--sortie nomme un seul fichier, et {len(issued)} sources ont été éprouvées.",
            remede="Ne donner qu'une classe de conformité, ou retirer --sortie.",
            code="sortie",
        )
    if key is None:
        key = _create_key(cle, _passphrase(phrase_env))
    for one in issued:
        _write(one, sortie or one.chemin, key)
    typer.echo(f"\n{CERTIFICAT_PROUVE}")
    return ExitCode.OK


def _passphrase(variable: str | None) -> str | None:
    if variable is None:
        return None
    value = os.environ.get(variable, "")
    if not value:
        raise SecretError(
            f"La variable d'environnement {variable} est absente ou vide.",
            remede=f"L'exporter dans ce terminal (export {variable}=…), puis relancer.",
            code="secret_absent",
        )
    return value


def _open_key(path: Path, phrase: str | None, *, new: bool) -> PrivateKey | None:
    """The key, read before the tests run so that nobody waits for nothing; None when it is to be made after them."""
    if not new:
        return read_private_key(path, phrase)
    if path.exists():
        raise KeyFileError(
            f"{path.name} existe déjà : une clé n'est jamais écrasée.",
            ou=str(path),
            remede="Retirer --creer-cle pour signer avec cette clé, ou choisir un autre nom.",
            code="cle_existante",
        )
    return None


def _create_key(path: Path, phrase: str | None) -> PrivateKey:
    key = PrivateKey.generate()
    write_private_key(path, key, phrase)
    jwk = path.with_suffix(".jwk")
    write_public_key(jwk, key.public)
    typer.echo(f"Clé créée : {path} (à sauvegarder, ne jamais communiquer)")
    typer.echo(f"  Clé publique à donner aux ARS : {jwk}")
    return key


def _run_tests(tests: Sequence[str], graine: int | None) -> Releves:
    """What the kit recorded; whatever pytest says goes to the terminal as it comes."""
    if any(find_spec(name) is None for name in NEEDED):
        raise ConfigurationError(
            "La trousse de conformité n'est pas installée dans cet environnement.",
            remede='L\'installer : pip install "temoin-sdk[kit]".',
            code="trousse_absente",
        )
    with TemporaryDirectory(prefix="temoin-") as folder:
        releves = Path(folder) / "releves.json"
        command = [sys.executable, "-m", "pytest", "-p", RECORDING, "--temoin-releves", str(releves), *tests]
        environment = os.environ if graine is None else {**os.environ, GRAINE: str(graine)}
        code = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 # the editor's own tests
        return _read(releves, code)


def _read(path: Path, code: int) -> Releves:
    """The record of a run that ended with this exit code."""
    if code not in (_PASSED, _FAILED, _NOTHING):
        raise CertificateError(
            f"Pas de certificat : pytest s'est arrêté avant la fin (code {code}).",
            remede="Lire ce que pytest a dit plus haut ; vérifier les fichiers de test donnés.",
            code="certificat_pytest",
        )
    try:
        found = Releves.model_validate_json(path.read_bytes()) if path.exists() else Releves(releves=())
    except (ValidationError, OSError) as error:
        raise CertificateError(
            "Pas de certificat : le relevé des épreuves ne se lit pas.",
            remede="Mettre à jour temoin-sdk et ses plugins pytest dans cet environnement, puis relancer.",
            code="certificat_releve",
        ) from error
    failed = any(one.etat == "echouee" for releve in found.releves for one in releve.epreuves)
    if code == _FAILED and found.releves and not failed:
        raise CertificateError(
            "Pas de certificat : pytest compte un échec que la trousse n'a pas relevé.",
            remede="Ne donner à cette commande que les classes de conformité, ou corriger ce test.",
            code="certificat_pytest",
        )
    return found


def _write(issued: Issued, path: Path, key: PrivateKey) -> None:
    certificat = issued.certificat
    iat = int(datetime.fromisoformat(certificat.delivre_le).timestamp())
    jws = sign(to_octets(certificat), key, Typ.CERTIFICAT, iat)
    replace_files({path: jws.encode("ascii")})
    try:
        path.chmod(0o644)  # it is public, and shipped with the plugin
    except OSError as error:
        raise storage_error(error, path) from error
    typer.echo("")
    for line in describe_certificat(certificat):
        typer.echo(line)
    typer.echo(f"  Signé par la clé {key.public.kid}")
    typer.echo(f"  Empreinte de la clé, à lire au téléphone : {key.public.fingerprint()}")
    typer.echo(f"  Empreinte du certificat : {empreinte(jws.encode('ascii'))}")
    typer.echo(f"  Fichier : {path}")
    if path != issued.chemin:
        typer.echo(f"  À ranger, pour que l'agent le trouve : {issued.chemin}")
