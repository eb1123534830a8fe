"""A report comes in: every channel hands a Draft to `receive`, which keeps it whole and once, or not at all."""
