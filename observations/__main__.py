"""`python -m observations <command>`."""

from observations.cli import main

if __name__ == "__main__":  # a process that draws demo pictures loads this file too, and must not run the command again
    main()
