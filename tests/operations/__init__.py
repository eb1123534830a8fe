"""Tests of what runs the service: audit, backup, disposal, the server and its logs."""
