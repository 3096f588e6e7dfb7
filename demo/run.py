"""The whole way, on loopback, with the commands a person would type: a DUI's usage counted, signed, pushed, believed.

Everything it makes lies in demo/sortie/, made anew at each run. With --keep the receiver stays up until the next run.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from checking import check_evidence, say_bounds, say_checked
from files import EJ, ORIGINE, write_configuration, write_form, write_register

BIN = Path(sys.executable).parent
SORTIE = Path(__file__).parent / "sortie"


def main() -> None:
    """Run every step; the first one that fails ends the demonstration with its exit code."""
    parser = argparse.ArgumentParser(description="Démonstration de Témoin, de la base du DUI à l'accusé vérifié.")
    parser.add_argument("--keep", action="store_true", help="laisse le récepteur ouvert")
    keep: bool = parser.parse_args().keep
    stop_previous()
    shutil.rmtree(SORTIE, ignore_errors=True)
    SORTIE.mkdir(parents=True)
    fin = datetime.now(ZoneInfo("Europe/Paris")).date().replace(day=1) - timedelta(days=1)

    title("1. La base du DUI d'exemple")
    run("temoin-editor-sample", "generate", "--out", SORTIE / "residia.db", "--fin", fin.isoformat())
    title("2. Le récepteur de l'ARS : sa clé, son registre")
    run("temoin-receiver", "init", "--dossier", SORTIE / "recepteur", "--origine", ORIGINE)
    write_register(SORTIE, fin)
    run("temoin-receiver", "registre", "charger", "--dossier", SORTIE / "recepteur", SORTIE / "registre.toml")
    with receiver(keep=keep) as address:
        title("3. L'agent du gestionnaire : sa configuration, ses clés, enrôlées par l'ARS")
        config = write_configuration(SORTIE, fin, address)
        run("temoin-saisie", "lire", write_form(SORTIE, fin), "--config", config)
        run("temoin", "cles", "creer", "--config", config)
        enroll()
        title("4. temoin compute : regarder les chiffres, sans rien signer ni envoyer")
        run("temoin", "compute", "--config", config)
        title("5. temoin run : calculer, signer, envoyer, garder l'accusé")
        run("temoin", "run", "--config", config)
        title("6. Vérification, sans réseau et sans l'agent")
        for preuves in sorted(p.parent for p in SORTIE.rglob("preuves/*/*/rapport.jws")):
            say_checked(check_evidence(preuves, SORTIE))
        title("7. Les preuves : entières, puis remises à qui n'a ni l'agent ni le réseau")
        run("temoin", "evidence", "list", "--config", config)
        run("temoin", "evidence", "check", "--config", config)
        hand_over(config)
        say_bounds()
        if keep:
            print(f"\nLe récepteur reste ouvert : {address} (arrêté par la prochaine démonstration, ou kill {pid()}).")


def hand_over(config: Path) -> None:
    """Export each archive, verify it with the sdk alone, and let the ARS recount it."""
    agent, ars = next((SORTIE / "gestionnaire").rglob("*.jwk")), next((SORTIE / "recepteur").glob("*.jwk"))
    for preuves in sorted(path.parent for path in SORTIE.rglob("preuves/*/*/rapport.jws")):
        run("temoin", "evidence", "export", preuves.name[-16:], SORTIE / "remis", "--config", config)
    for fichier in sorted((SORTIE / "remis").iterdir()):
        run("temoin-sdk", "verify", fichier, "--cle", agent, "--cle-accuse", ars)
        run("temoin-receiver", "audit", "recompter", "--dossier", SORTIE / "recepteur", fichier)


def title(text: str) -> None:
    """What the lines that follow are."""
    print(f"\n── {text} ".ljust(100, "─"), flush=True)


def run(command: str, *arguments: object) -> None:
    """One command, as typed; its output is the reader's, and its failure ends everything with its exit code."""
    words = [str(a) for a in arguments]
    print(f"$ {command} {' '.join(w.replace(str(SORTIE), 'demo/sortie') for w in words)}", flush=True)
    code = subprocess.run([BIN / command, *words], check=False).returncode
    if code:
        sys.exit(code)


@contextmanager
def receiver(*, keep: bool) -> Iterator[str]:
    """The receiver on a free port of loopback, listening when this yields its address."""
    words = [str(BIN / "temoin-receiver"), "servir", "--dossier", str(SORTIE / "recepteur"), "--port", "0"]
    log = (SORTIE / "recepteur.log").open("w")
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=keep)
    try:
        line = process.stdout.readline() if process.stdout else ""
        if "http" not in line:
            sys.exit(f"Le récepteur ne s'est pas ouvert : voir {SORTIE / 'recepteur.log'}.")
        address = line.split()[-1]
        print(line.strip(), flush=True)
        (SORTIE / "recepteur.json").write_text(json.dumps({"adresse": address, "pid": process.pid}))
        yield address
    except BaseException:
        process.terminate()
        process.wait(10)
        raise
    if not keep:
        process.terminate()
        process.wait(10)


def pid() -> int:
    """The process of the receiver left open."""
    return int(json.loads((SORTIE / "recepteur.json").read_text())["pid"])


def stop_previous() -> None:
    """Stop the receiver that an earlier --keep left, only if it still answers as ours."""
    try:
        left = json.loads((SORTIE / "recepteur.json").read_text())
        answer = httpx.get(f"{left['adresse']}/v1/sante", timeout=2).json()
    except (OSError, ValueError, httpx.HTTPError):
        return
    if answer.get("origine") == ORIGINE:
        os.kill(int(left["pid"]), signal.SIGTERM)
        print("Le récepteur laissé par la démonstration précédente est arrêté.")


def enroll() -> None:
    """The ARS enrols the public key that the agent made."""
    folder = SORTIE / "gestionnaire"
    jwk = next(folder.rglob("*.jwk"))
    installation = next(folder.rglob("installation")).read_text().strip()
    receveur = SORTIE / "recepteur"
    run("temoin-receiver", "cle", "enroler", "--dossier", receveur, "--ej", EJ, "--installation", installation, jwk)


if __name__ == "__main__":
    main()
