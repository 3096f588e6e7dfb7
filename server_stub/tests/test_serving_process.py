"""A real process: it announces itself, answers, keeps what it promised, and ends well when asked to."""

import os
import re
import signal
import socket
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from temoin_receiver.cli import app
from temoin_receiver.serving import is_loopback
from temoin_sdk.cli.running import execute
from temoin_sdk.envelope import PrivateKey
from temoin_sdk.errors import ExitCode
from temoin_sdk.windows import Fenetre

JOSE = {"Content-Type": "application/jose"}
LINE = re.compile(r"Récepteur à l'écoute sur (http://127\.0\.0\.1:\d+)\n")


class Process:
    """`temoin-receiver servir` on a free port of loopback."""

    def __init__(self, folder, *words):
        command = Path(sys.executable).with_name("temoin-receiver")
        self.popen = subprocess.Popen(
            [command, "servir", "--dossier", folder, "--port", "0", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "", "PYTHONWARNINGS": ""},
        )
        first = self.popen.stdout.readline()
        self.address = LINE.fullmatch(first)[1]

    def end(self, number):
        self.popen.send_signal(number)
        output, errors = self.popen.communicate(timeout=60)
        return self.popen.returncode, output, errors


@pytest.fixture
def start(folder):
    running = []

    def start(*words):
        running.append(Process(folder, *words))
        return running[-1]

    yield start
    for process in running:
        if process.popen.poll() is None:
            process.popen.kill()
            process.popen.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_one_line_answers_and_ends_with_zero(start, number):
    process = start()
    sante = httpx.get(f"{process.address}/v1/sante", timeout=30)
    assert sante.json()["origine"] == "ars.exemple/essai"
    assert "server" not in sante.headers
    code, output, errors = process.end(number)
    assert (code, output) == (0, "")
    assert "Traceback" not in errors
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{process.address}/v1/sante", timeout=5)


def test_a_key_enrolled_meanwhile_is_believed_and_what_was_answered_survives_a_kill(world, start):
    process = start()
    world.agent.cle = PrivateKey.generate()
    world.agent.installation = "6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a02"
    world.enroll(world.agent)
    last_year = Fenetre(debut=date(2025, 8, 1), fin=date(2025, 11, 1))
    signed = datetime(2025, 11, 22, tzinfo=UTC)
    jws = world.agent.sign(world.agent.rapport(fenetre=last_year, calcule_le=signed), iat=signed)
    answer = httpx.post(f"{process.address}/v1/rapports", content=jws, headers=JOSE, timeout=30)
    assert answer.status_code == 201, answer.text
    process.end(signal.SIGKILL)
    again = world.push(jws)
    assert (again.status_code, again.text) == (200, answer.text)


def test_a_port_that_is_taken_is_told_in_french(folder, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = ["servir", "--dossier", str(folder), "--port", port]
        assert execute(app, "temoin-receiver", words) == ExitCode.CONFIGURATION
    assert "ne peut pas écouter sur 127.0.0.1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "only_here"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("ars.exemple", False)],
)
def test_what_is_visible_from_outside_is_known(host, only_here):
    assert is_loopback(host) is only_here
