"""The receiver over HTTP: version 1 of its API, and the French pages."""

from temoin_receiver.api.app import create_app

__all__ = ["create_app"]
