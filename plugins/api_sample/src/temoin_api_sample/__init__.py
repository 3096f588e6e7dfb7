"""A complete plugin over REST APIs, with its own small server: the one to copy."""
