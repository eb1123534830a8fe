"""The coordinator's room: the queue, the decisions, the pages."""
