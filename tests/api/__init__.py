"""Tests of what other systems use."""
