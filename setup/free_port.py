"""Print the wanted port if nobody listens there, else a free one: `free_port.py HOST PORT`."""

import socket
import sys


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True


def any_free(host: str) -> int:
    """A port that the system picks."""
    with socket.socket() as listener:
        listener.bind((host, 0))
        port: int = listener.getsockname()[1]
    return port


if __name__ == "__main__":
    host, wanted = sys.argv[1], int(sys.argv[2])
    if is_free(host, wanted):
        print(wanted)
    else:
        other = any_free(host)
        print(f"Port {wanted} is taken; using {other}.", file=sys.stderr)
        print(other)
