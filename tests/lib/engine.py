#!/usr/bin/env python3
"""Runs a filter as an engine would, and is as strict as the real ones.

    engine.py ENGINE COMMAND [ARG...] <ROWS

Passes the lines of stdin to the command, checks its replies against the contract of ENGINE, and
prints them. A breach of the contract ends engine.py with status 1 and a line on stderr. A command
of one word is run by a shell, as most engines do.

  pool           ClickHouse's executable_pool: blocks to one process without EOF; for each block,
                 exactly as many rows back, nothing more, and then the next block
  pool-header    the same, with the number of rows before each block
  pipe           Spark's RDD.pipe: a process for each partition, which ends with status 0
  transform      Hive's and Spark's TRANSFORM: like pipe, with TSV rows and as many rows back; a
                 cell \\N is NULL
  hadoop         Hadoop streaming: like pipe; counters are read from stderr and added up, and the
                 sums are printed at the end
  lockstep       Benthos' subprocess: each line is sent after the reply to the previous one; a line
                 on stderr is a failure
  trickle        fluentd's exec_filter: chunks of rows; all rows of a chunk come back while stdin
                 is open

ENGINE_TIMEOUT in the environment is the longest wait for a reply, in seconds.
"""

import os
import re
import select
import subprocess
import sys
import threading

# Longest wait between two reads, in seconds: that of ClickHouse and rsyslog.
ENGINE_TIMEOUT = float(os.environ.get("ENGINE_TIMEOUT", 10))
BLOCKS = (1, 3, 1000, 1, 65000, 17)     # rows; the last size repeats


class Breach(Exception):
    """A breach of the contract by the command."""


def expect(truth, what):
    if not truth:
        raise Breach(what)


def cut(rows, sizes):
    """Yields the rows in blocks of these sizes; the last size repeats."""
    at = 0
    for size in (*sizes, *[sizes[-1]] * len(rows)):
        if at >= len(rows):
            return
        yield rows[at:at + size]
        at += size


class Filter:
    """The command, and the output that was read from it."""

    def __init__(self, command):
        self.process = subprocess.Popen(command if len(command) > 1 else command[0],
                                        shell=len(command) == 1, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
        self.rest = b""

    def send(self, text):
        """Writes in a thread of its own: a filter may answer before it has read everything."""
        thread = threading.Thread(target=self.process.stdin.write, args=(memoryview(text),))
        thread.start()
        return thread

    def rows(self, count):
        """Returns the next count rows; the wait for each read is bounded."""
        out = self.process.stdout.fileno()
        parts, lines = [self.rest], self.rest.count(b"\n")
        while lines < count:
            expect(select.select([out], [], [], ENGINE_TIMEOUT)[0], f"no row within {ENGINE_TIMEOUT} s")
            more = os.read(out, 1 << 16)
            expect(more, f"it ended after {lines} of {count} rows")
            parts.append(more)
            lines += more.count(b"\n")
        text = b"".join(parts)
        expect(lines == count and text.endswith(b"\n"), "more than the rows of the block came back")
        return text

    def is_quiet(self):
        return not select.select([self.process.stdout, self.process.stderr], [], [], 0)[0]

    def end(self):
        """Sends EOF; the filter must end by itself with status 0. Returns its remaining output."""
        self.process.stdin.close()
        rest = self.process.stdout.read()
        words = self.process.stderr.read()
        expect(self.process.wait(ENGINE_TIMEOUT) == 0, f"status {self.process.returncode}")
        return rest, words


def in_blocks(command, rows, sizes, header=False):
    peer = Filter(command)
    for block in cut(rows, sizes):
        head = b"%d\n" % len(block) if header else b""
        writer = peer.send(head + b"".join(block))
        sys.stdout.buffer.write(peer.rows(len(block)))
        writer.join()
        expect(peer.is_quiet(), "it writes without input")
    expect(peer.end() == (b"", b""), "it writes after the last block")


def run_partition(command, rows):
    peer = Filter(command)
    words = []
    reader = threading.Thread(target=lambda: words.append(peer.process.stderr.read()))
    reader.start()
    def write():
        peer.process.stdin.write(b"".join(rows))
        peer.process.stdin.close()
    threading.Thread(target=write).start()
    out = peer.process.stdout.read()
    reader.join()
    expect(peer.process.wait(ENGINE_TIMEOUT) == 0, f"status {peer.process.returncode}")
    expect(out.count(b"\n") == len(rows), f"{out.count(10)} rows for {len(rows)}")
    return out, words[0]


def pool(command, rows):
    in_blocks(command, rows, BLOCKS)


def pool_header(command, rows):
    in_blocks(command, rows, BLOCKS, header=True)


def lockstep(command, rows):
    in_blocks(command, rows, (1,))


def trickle(command, rows):
    in_blocks(command, rows, (2,))


def partitions(rows):
    return cut(rows, (len(rows) // 3 + 1,))


def pipe(command, rows):
    for part in partitions(rows):
        out, words = run_partition(command, part)
        expect(words == b"", f"on stderr: {words!r}")
        sys.stdout.buffer.write(out)


def transform(command, rows):
    for part in partitions(rows):
        out, words = run_partition(command, part)
        expect(words == b"", f"on stderr: {words!r}")
        width = {line.count(b"\t") for line in out.splitlines()}
        expect(len(width) == 1, f"rows of several widths: {width}")
        for line in out.splitlines():
            cells = line.split(b"\t")
            sys.stdout.buffer.write(b"\t".join(b"NULL" if c == b"\\N" else c for c in cells) + b"\n")


def hadoop(command, rows):
    counters = {}
    for part in partitions(rows):
        out, words = run_partition(command, part)
        sys.stdout.buffer.write(out)
        for line in words.decode().splitlines():
            match = re.fullmatch(r"reporter:counter:([^,]+),([^,]+),(\d+)", line)
            expect(match, f"on stderr: {line}")
            name = match.group(1) + "." + match.group(2)
            counters[name] = counters.get(name, 0) + int(match.group(3))
    for name in sorted(counters):
        print(name, counters[name], file=sys.stderr)


ENGINES = {"pool": pool, "pool-header": pool_header, "pipe": pipe, "transform": transform,
           "hadoop": hadoop, "lockstep": lockstep, "trickle": trickle}


def main():
    try:
        ENGINES[sys.argv[1]](sys.argv[2:], sys.stdin.buffer.readlines())
    except Breach as breach:
        print(f"engine: {breach}", file=sys.stderr)
        sys.stdout.flush()
        os._exit(1)


if __name__ == "__main__":
    main()
