"""The promises that only a real server can break: watched from outside, each beside a server that breaks it."""
