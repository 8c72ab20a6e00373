#!/usr/bin/env python3
"""Normalizes the output of a filter, so that two outputs can be compared.

    normalize.py text|json|header ADDRESSES <OUTPUT

Puts the address of its case before each line, and removes the filter's own
spelling of the address.
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
