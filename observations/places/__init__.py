"""Address ⇄ point ⇄ area: the municipality's own register and map, so that no third party is asked."""
