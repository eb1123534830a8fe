"""How fast the service is, as figures beside each other from one run: machines differ, ratios travel."""
