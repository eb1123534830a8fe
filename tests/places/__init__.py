"""The municipality's own map and registers."""
