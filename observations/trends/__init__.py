"""The normal picture: what rose, what fell, and how sure that is. Counts occasions, never raw reports."""
