"""The council's meetings: dates, the briefing of the period between two of them, and its files."""
