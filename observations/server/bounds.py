"""What connections may take, all in one; the limits say why. Tests hand in others."""

from dataclasses import dataclass

from observations import limits


@dataclass(frozen=True)
class Bounds:
    """Numbers of connections and bytes, and seconds."""

    connections: int = limits.CONNECTIONS
    idle_s: float = limits.IDLE_S
    header_s: float = limits.HEADER_S
    request_s: float = limits.REQUEST_S
    answer_s: float = limits.ANSWER_S
    queue_s: float = limits.QUEUE_S
    stop_s: float = limits.STOP_S
    unsent_bytes: int = limits.UNSENT_BYTES
