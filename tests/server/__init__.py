"""The web server: what it takes in, what it refuses and how, and how long anything may take."""
