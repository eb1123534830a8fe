"""`python -m observations <command>`."""

if __name__ == "__main__":  # a process that draws or looks through pictures loads this file too: it needs no commands
    from observations.cli import main

    main()
