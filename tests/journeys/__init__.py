"""Journeys: whole days of work in a real browser, or over HTTP, against the real server in a process of its own."""
