"""Sign-in: invitations, device sessions and tokens. There are no passwords."""
