"""Tests of how a report comes in."""
