"""Tests of the normal picture."""
