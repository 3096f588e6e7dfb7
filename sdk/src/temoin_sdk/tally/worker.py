"""A process that counts establishments one after the other, started by `counting.workers` alone.

Frames on standard input and output; the first is what all jobs have in common. It ends with its input. It stands here
and not beside the reading, so that it holds no driver and no SQL in memory.
"""

import gc
import sys
from contextlib import suppress
from typing import IO

from temoin_sdk.tally.frames import read_frame, write_frame
from temoin_sdk.tally.jobs import count_establishment


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
    gc.disable()  # nothing here is a cycle, and looking for some costs a tenth of the time
    with suppress(KeyboardInterrupt):  # the one who asked says what happened
        serve(sys.stdin.buffer, sys.stdout.buffer)
