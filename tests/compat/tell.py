#!/usr/bin/env python3
"""Writes what a filter printed so that two outputs can be compared.

    tell.py text|json|header ADDRESSES <OUTPUT

Each line comes out behind the address of its case, without what spells the
address in its own way.
"""

import json
import sys


def main():
    form = sys.argv[1]
    with open(sys.argv[2], encoding="utf-8") as file:
        addresses = iter(file.read().split())
    address = next(addresses, "?")
    for line in sys.stdin:
        line = line.rstrip("\n")
        if form == "json":
            members = json.loads(line)
            members.pop("ip", None)
            line = json.dumps(members)
        elif form == "text":
            line = line.partition("\t")[2]
        print(address, line, sep="\t")
        if form != "header" or not line:
            address = next(addresses, "?")


main()
