"""Looking around: the map, the list, one observation and its photos, in one shared choice of what to look at."""
