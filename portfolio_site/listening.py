"""The sockets at which the web workers listen, one for each, and who gets new connections.

Linux deals connections out to all sockets at a port by lot: socket(7), SO_REUSEPORT. Elsewhere workers share one.
"""

import ctypes
import errno
import socket
import struct
import sys

ONE_EACH = sys.platform == "linux"

ATTACH = 51  # SO_ATTACH_REUSEPORT_CBPF of asm-generic/socket.h, which Python does not name
RETURN = 0x06  # BPF_RET | BPF_K of linux/bpf_common.h


def bind(host: str, port: int) -> socket.socket:
    """A socket at the port. It does not listen yet: its worker is to say when."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    for level, option in [
        (socket.SOL_SOCKET, socket.SO_REUSEADDR),
        (socket.SOL_SOCKET, socket.SO_REUSEPORT),
        (socket.IPPROTO_TCP, socket.TCP_NODELAY),
    ]:
        bound.setsockopt(level, option, 1)
    bound.bind((host, port))
    return bound


def send_all_to(place: int, one: socket.socket) -> None:
    """Give new connections at the port to one socket alone; where there are not so many sockets, to all of them.

    ``place`` counts from 0, in the order in which they began to listen; when one is closed, the last takes its place.
    Holds as long as anyone listens at the port. Raises :exc:`OSError` where the kernel cannot, or ``one`` of the
    sockets, through which it is told, does not listen yet: it never could after that.
    """
    if not one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        raise OSError(errno.EINVAL, "does not listen yet")
    program = ctypes.create_string_buffer(struct.pack("HBBI", RETURN, 0, 0, place))
    one.setsockopt(socket.SOL_SOCKET, ATTACH, struct.pack("HP", 1, ctypes.addressof(program)))
