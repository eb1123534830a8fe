"""Tests of what an observation is, and of what becomes of it in time."""
