"""Judge whole statements twice: by the engine, and by z3 with a semantics of its own.

    make prove SYSTEMS=300 SEED=7

Random systems and their statements come first, then the contracts of this app and of the examples.
What was asked and what was found: docs/reference/prover.md. Exit codes: 0 no disagreement, 1 some.
"""

import argparse
import gc
import os
import resource
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from scripts.prove import apps
from scripts.prove.compare import Kind, Question, Tally, compared
from scripts.prove.draw import drawn

_CHUNK = 100


def main(arguments: list[str]) -> int:
    """Print what came of it; return the exit code."""
    parser = argparse.ArgumentParser(prog="make prove")
    parser.add_argument("--systems", type=int, default=10_000, help="how many random systems")
    parser.add_argument("--seed", type=int, default=0, help="the seed of the first one")
    parser.add_argument("--without-apps", action="store_true", help="leave out the apps")
    wanted = parser.parse_args(arguments)
    began = time.monotonic()
    print(f"{wanted.systems} random systems from seed {wanted.seed}")
    differing = _told(_of_random_systems(wanted.systems, wanted.seed))
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = f"{spent.ru_utime + spent.ru_stime:.0f} s of a core"
    print(f"  in {time.monotonic() - began:.0f} s on {_cores()} cores, {seconds}")
    for question in () if wanted.without_apps else apps.questions():
        print(f"{question.name}: {len(question.asked)} statements")
        differing += _told(compared([question]))
    return 1 if differing else 0


def _of_random_systems(count: int, first: int) -> Tally:
    """Judge the systems of so many seeds, on all cores, some of them at a time."""
    tally, last = Tally(), first + count
    chunks = [(seed, min(seed + _CHUNK, last)) for seed in range(first, last, _CHUNK)]
    with ProcessPoolExecutor(_cores(), get_context("fork")) as pool:
        for found in pool.map(of_seeds, chunks):
            tally.add(found)
    return tally


def of_seeds(seeds: tuple[int, int]) -> Tally:
    """Judge the systems of some seeds, from the first to before the last."""
    gc.set_threshold(200_000, 50, 50)  # formulas live as long as their chunk: looking cost a fifth
    return compared(Question(f"seed {seed}", *drawn(seed)) for seed in range(*seeds))


def _cores() -> int:
    return os.cpu_count() or 1


def _told(tally: Tally) -> int:
    """Print a line for each way in which answers compare; return how many differ."""
    total: Counter[Kind] = Counter()
    for (_, kind, _), count in tally.kinds.items():
        total[kind] += count
    for kind in Kind:
        share = total[kind] / max(total.total(), 1)
        print(f"{total[kind]:8} {share:7.2%}  {kind}")
        of_kind: Counter[str] = Counter()
        for (statement, each, answer), count in tally.kinds.items():
            if each is kind and kind is Kind.SAME:
                of_kind[f"{statement} {answer}"] += count
        for name, count in sorted(of_kind.items()):
            print(f"{'':8} {count:7}    {name}")
    for reason, count in tally.left_out.most_common():
        print(f"{count:8}          left out: {reason}")
    for line in tally.differing:
        print(f"DIFFERENT {line}")
    return len(tally.differing)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
