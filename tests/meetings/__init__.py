"""Tests of the meetings and the briefing's files."""
