"""`python -m bench [NAME...] [--scale X] [--out FILE]`: runs benchmarks and prints them as they stand in the documents.

Every benchmark measures its named baselines in the same run. Figures are of one machine; the ratios are what the
targets speak of.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import console_20m, first_load, forecast, import_exports, metrics_20m, restore_1m, simulator
from bench.processes import Result, Table

BENCHMARKS: dict[str, Callable[[Path, float], Sequence[Result | Table]]] = {
    "console_20m": console_20m.run,
    "first_load": first_load.run,
    "forecast": forecast.run,
    "import_exports": import_exports.run,
    "metrics_20m": metrics_20m.run,
    "restore_1m": restore_1m.run,
    "simulator": simulator.run,
}


def main() -> int:
    """Run what is named, else everything."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], help="which benchmarks (default: all)")
    parser.add_argument("--scale", type=float, default=1.0, help="a fraction of the full size, for a quick look")
    parser.add_argument("--out", type=Path, help="also write the results to this file")
    options = parser.parse_args()
    pages = [f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}\n"]
    for name in options.names or BENCHMARKS:
        with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as room:
            print(f"{name} …", file=sys.stderr)
            pages += [result.to_markdown() for result in BENCHMARKS[name](Path(room), options.scale)]
    text = "\n".join(pages)
    print(text)
    if options.out:
        options.out.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
