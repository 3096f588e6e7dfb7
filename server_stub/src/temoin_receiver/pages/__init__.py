"""The French pages of the ARS: figures with their level of proof, each one click from the signed report behind it."""

from temoin_receiver.pages.routes import page_routes

__all__ = ["page_routes"]
