"""The service on loopback and a real Chromium: what the tests of pages in a browser stand on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tests.programs import needed

WEBGL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
"""Flags that let Chromium draw maps on a machine without a graphics card."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which the app answers until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """A browser until the block ends; skips the test where none is installed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needed("chromium"), args=["--no-sandbox", *flags])
        try:
            yield browser
        finally:
            browser.close()
