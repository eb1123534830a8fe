"""The web server: waitress, with its memory and its time bounded for all requests together.

The application knows nothing of it and runs on any WSGI server. What is added here is what only the server can do:
refuse a body before it is in memory, and end what takes too long.
"""

from observations.server.hub import WebServer

__all__ = ["WebServer"]
