"""`python -m observations <command>`."""

from observations.cli import main

main()
