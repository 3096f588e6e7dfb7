"""Certificates of plugins: which editors this receiver believes, which certificates it holds, what a page says of one.

They are shown beside figures and change none: no verdict, no anomaly and no rate depends on them.
"""
