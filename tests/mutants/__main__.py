"""`python -m tests.mutants [WORD ...]`: plant every fault, or those whose name has a word; 1 if one survives."""

from __future__ import annotations

import sys

from tests.mutants.faults import FAULTS
from tests.mutants.planting import Verdict, table, try_fault


def main(words: list[str]) -> int:
    verdicts: list[Verdict] = []
    for fault in FAULTS:
        if not words or any(word in fault.name for word in words):
            verdicts.append(try_fault(fault))
            print(table(verdicts[-1:]).splitlines()[0], flush=True)
            if verdicts[-1].caught_by is None:
                print(verdicts[-1].output[-3000:])
    print(table(verdicts).splitlines()[-1])
    return 1 if not verdicts or any(verdict.caught_by is None for verdict in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
