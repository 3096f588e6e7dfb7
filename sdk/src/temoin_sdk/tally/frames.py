"""How a process and the child it started speak: pickled values, each after its size."""

import pickle
import struct
from typing import IO, Any, Final

_SIZE: Final = struct.Struct(">Q")


def write_frame(stream: IO[bytes], content: object) -> None:
    """One value, its size first."""
    octets = pickle.dumps(content, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_SIZE.pack(len(octets)))
    stream.write(octets)
    stream.flush()


def read_frame(stream: IO[bytes]) -> Any:
    """The next value; EOFError when there is none."""
    head = stream.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise EOFError
    return pickle.loads(stream.read(_SIZE.unpack(head)[0]))  # noqa: S301 # between a process and the child it started
