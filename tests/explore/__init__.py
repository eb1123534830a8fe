"""Tests of looking around: filters, pages of the list, the map's clusters, what each role may see."""
