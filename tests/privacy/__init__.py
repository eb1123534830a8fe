"""Tests of finding personal data in text."""
