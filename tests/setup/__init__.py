"""Tests of set-up and of the developer's tools."""
