#!/usr/bin/env python3
"""Writes a line for every packet on loopback, until SIGTERM.

    capture.py OUT

Prints "ready" on stdout when it listens. OUT gets a line for each TCP or UDP packet with a payload:
udp|tcp SOURCE-PORT PORT TEXT, where TEXT is the payload with a dot for each byte that is not
printable. The length bytes of a DNS name's labels are not printable, so a name reads as usual, with
a dot before it. Any other packet gets a line with the number of its protocol. TCP packets without a
payload (SYN, ACK, FIN) get none.
"""

import signal
import socket
import struct
import sys

ALL = 3                 # ETH_P_ALL
OUTGOING = 4            # PACKET_OUTGOING: on loopback each packet is seen twice


def describe(frame):
    packet = frame[14:]
    if packet[:1] and packet[0] >> 4 == 4:
        protocol, packet = packet[9], packet[(packet[0] & 15) * 4:]
    elif packet[:1] and packet[0] >> 4 == 6:
        protocol, packet = packet[6], packet[40:]
    else:
        return "frame " + frame[:14].hex()
    if protocol == socket.IPPROTO_UDP:
        name, payload = "udp", packet[8:]
    elif protocol == socket.IPPROTO_TCP:
        name, payload = "tcp", packet[(packet[12] >> 4) * 4:]
        if not payload:
            return None
    else:
        return f"{protocol} " + text_of(packet)
    return "%s %d %d %s" % (name, *struct.unpack("!HH", packet[:4]), text_of(payload))


def text_of(payload):
    return "".join(chr(byte) if 32 < byte < 127 else "." for byte in payload)


def main():
    done = []
    listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
    listener.bind(("lo", ALL))
    listener.settimeout(0.1)
    signal.signal(signal.SIGTERM, lambda *_: done.append(True))
    print("ready", flush=True)
    with open(sys.argv[1], "w") as out:
        while True:
            stop = bool(done)
            try:
                frame, address = listener.recvfrom(65536)
            except TimeoutError:
                # nothing has arrived since before the signal
                if stop:
                    break
                continue
            line = describe(frame) if address[2] != OUTGOING else None
            if line:
                print(line, file=out)


main()
