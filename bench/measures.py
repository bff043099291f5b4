"""How bench/network, bench/insight and bench/images measure, and show what they found."""

import statistics
import sys
import time

from hosts import output, within
from stage import BUILD


def medians(cells, rounds, measure, warm=1):
    """The median of each cell, one measurement of every cell in turn; without those that failed, which are named."""
    taken, failed = {cell: [] for cell in cells}, set()
    for turn in range(-warm, rounds):
        for cell in cells:
            if cell in failed:
                continue
            try:
                got = measure(cell)
            except RuntimeError as error:
                print(f"{cell}: left out: {error}", file=sys.stderr)
                failed.add(cell)
            else:
                if turn >= 0:
                    taken[cell] += got
            # What the kernel takes away later is not to be paid for by the next one.
            time.sleep(0.02)
    return {cell: statistics.median(values) for cell, values in taken.items() if cell not in failed}


def spent(command, environment=None, namespace=None):
    """Milliseconds and peak MiB of a whole process that has to work; the namespace is entered before."""
    wall, size, status = output(within(namespace, f"{BUILD}/once", *command), environment).split()
    if status != "0":
        # Once more, for its words.
        output(within(namespace, *command), environment)
        raise RuntimeError(f"exit code {status}")
    return int(wall) / 1000, int(size) / 1024


def once(command, environment=None, namespace=None):
    """The milliseconds alone."""
    return spent(command, environment, namespace)[0]


def table(heads, rows):
    lines = ["| | " + " | ".join(heads) + " |", "|---" + "|---:" * len(heads) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def show(value, base, unit, digits=1):
    if value is None:
        return ""
    return f"{value:,.{digits}f} {unit}" + (f" ({value / base:.2f}×)" if base else "")


def plural(count, word):
    return f"{count:,} {word}{'' if count == 1 else 's'}"
