"""A process that counts establishments one after the other, started by `workers` alone.

Frames of pickled data on standard input and output; the first is what all jobs have in common. It ends with its input.
"""

import pickle
import struct
import sys
from contextlib import suppress
from typing import IO, Any, Final

from temoin_sdk.counting.establishments import count_establishment

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


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Answer every job with its outcome, or with the exception it raised."""
    commons = read_frame(source)
    while True:
        try:
            job = read_frame(source)
        except EOFError:
            return
        try:
            answer: object = count_establishment(job, commons)
        except Exception as error:  # noqa: BLE001 # raised again by the process that asked
            answer = error
        write_frame(target, answer)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):  # the one who asked says what happened
        serve(sys.stdin.buffer, sys.stdout.buffer)
