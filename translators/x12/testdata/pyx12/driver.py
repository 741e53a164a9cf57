"""Reads documents from a file and prints what pyx12 says of each.

Argument: a file with, for each document, a line of its name, the schema of each
of its sets (in order, - for none) and its length, tab between, and then its bytes.
Printed are the errors of the envelope as level and code; of a document whose sets
are all 997 of 004010, which pyx12 has a map for, also whether it finds anything
wrong in it.
"""
import io
import logging
import sys

import pyx12.params
import pyx12.x12file
import pyx12.x12n_document


def envelope(text):
    """The errors that the reader finds in envelopes."""
    with pyx12.x12file.X12Reader(io.StringIO(text)) as reader:
        found = []
        for _ in reader:
            found += reader.pop_errors()
        reader.cleanup()
        found += reader.pop_errors()
    return [(level, code) for level, code, *_ in found]


def main():
    logging.disable(logging.CRITICAL)
    parameters = pyx12.params.params()
    with open(sys.argv[1], "rb") as documents:
        while line := documents.readline():
            name, sets, length = line.decode().rstrip("\n").split("\t")
            text = documents.read(int(length)).decode("latin-1")
            print("=", name)
            try:
                for level, code in envelope(text):
                    print(level, code)
                if set(sets.split(",")) == {"997-004010"}:
                    good = pyx12.x12n_document.x12n_document(parameters, io.StringIO(text), None, None)
                    print("verdict", "good" if good else "bad")
            except Exception as fault:  # whatever it stumbles over
                print("stops", type(fault).__name__)


main()
