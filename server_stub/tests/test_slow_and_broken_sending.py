"""Bodies that are too long, too slow or cut short: nobody is known yet, so little is spent on them."""

import asyncio
import json
import logging

from temoin_receiver.api import reports


def post(world, receive, length=None):
    """Run one POST whose body comes from `receive`; answers the messages sent."""
    headers = [(b"content-type", b"application/jose")]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/v1/rapports",
        "raw_path": b"/v1/rapports",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(asyncio.wait_for(world.app(scope, receive, send), 20))
    return sent


def problem(sent):
    start, body = sent
    assert (b"connection", b"close") in start["headers"]
    return start["status"], json.loads(body["body"])


def test_a_length_announced_too_great_is_refused_before_anything_is_read(world):
    asked = []

    async def receive():
        asked.append(True)
        return {"type": "http.request", "body": b"x", "more_body": False}

    status, answer = problem(post(world, receive, length=reports.MAX_BODY + 1))
    assert (status, answer["code"], answer["retryable"]) == (413, "envoi_trop_grand", False)
    assert asked == []


def test_a_body_that_does_not_end_in_time_is_given_up(world, monkeypatch):
    monkeypatch.setattr(reports, "READ_SECONDS", 0.05, raising=False)

    async def receive():
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    status, answer = problem(post(world, receive))
    assert (status, answer["code"], answer["retryable"]) == (408, "envoi_trop_lent", True)


def test_a_client_that_hangs_up_is_no_incident(world, caplog):
    messages = [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]

    async def receive():
        return messages.pop(0)

    with caplog.at_level(logging.WARNING):
        assert post(world, receive) == []
    assert caplog.records == []
