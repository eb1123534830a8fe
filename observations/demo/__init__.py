"""A made-up municipality: streets, areas, staff and three years of observations, for a first look and for measuring."""
