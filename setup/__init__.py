"""What a fresh clone needs before it can run, and the developer's own tools."""
