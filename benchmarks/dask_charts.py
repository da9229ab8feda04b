"""Charts per second by Dask with two worker processes over those with one; updates `dask_two_over_one` alone.

Synthetic welds, three charts each. The browsers are started before the clock runs: a run over a whole manifest lasts
hours, their start seconds. `--logs N` draws more.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from click.testing import CliRunner

from tracemark.contract.manifest import read_manifest
from tracemark.contract.plot_batch import ManifestLine
from tracemark.contract.plots import PlotResult
from tracemark_cli.local.dask_address import DaskAddress
from tracemark_cli.local.dask_cluster import dask_cluster
from tracemark_cli.local.drawing import Drawing
from tracemark_cli.local.storage import folder_storage
from tracemark_cli.main import main as tracemark

LOGS, WARMING = 120, 8
KEY = "dask_two_over_one"


def charts_per_second(workers: int, logs: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder) / "demo"
        made = CliRunner().invoke(tracemark, ["samples", str(samples), "--count", str(WARMING + logs), "--seed", "7"])
        assert made.exit_code == 0, made.output
        text = (samples / "tracemark-demo/manifest.jsonl").read_text(encoding="utf-8")
        orders = [ManifestLine(line.uri) for line in read_manifest(text) if line.uri]
        address = DaskAddress("", workers)
        with folder_storage(samples) as storage, dask_cluster(address, storage.environment) as cluster:
            drawing = Drawing(cluster.plotter, cluster.concurrency, 2)
            list(drawing.draw(orders[:WARMING]))
            began = time.perf_counter()
            results = list(drawing.draw(orders[WARMING:]))
            seconds = time.perf_counter() - began
    drawn = [result for result in results if isinstance(result, PlotResult) and result.rendered]
    assert len(drawn) == logs, "not all logs were drawn"
    return sum(len(result.plots) for result in drawn) / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--logs", type=int, default=LOGS)
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("service.json"))
    options = parser.parse_args()

    one, two = (charts_per_second(workers, options.logs) for workers in (1, 2))

    figures = json.loads(options.output.read_text(encoding="utf-8")) if options.output.is_file() else {}
    figures[KEY] = round(two / one, 2)
    figures["dask_charts_per_second"] = {"1": round(one, 1), "2": round(two, 1)}
    options.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(f"charts per second by Dask: {one:.1f} with one worker, {two:.1f} with two, {two / one:.2f} times as many")


if __name__ == "__main__":
    main()
