"""Tests of the made-up municipality."""
