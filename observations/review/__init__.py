"""The second step of a report's life: the coordinator looks at it, puts it right, accepts or rejects it."""
