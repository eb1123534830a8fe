"""Tests of sign-in: invitations, sessions, the page of people."""
