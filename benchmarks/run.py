"""Measures the built plotting image beside stock Plotly and matplotlib; writes benchmarks/results.json and a table.

`make bench` builds the images first. Everything runs in containers limited to 1.2 CPUs and 2 GB. The contestants take
turns within one run, so that the ratios hold on a machine whose speed drifts.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import docker
import urllib3
from charts import log

from tracemark_groundtruth.functions.containers import free_ports
from tracemark_groundtruth.s3.embedded import EmbeddedS3

ROOT = Path(__file__).parents[1]
BENCH_IMAGE = "tracemark-bench:latest"
IMAGES = ("tracemark-plotting", "tracemark-prelabel", "tracemark-postlabel")
LIMITS = {"nano_cpus": 1_200_000_000, "mem_limit": "2g", "memswap_limit": "2g"}
PYTHON = "/opt/tracemark/bin/python"
ROWS = (0, 1_000, 10_000, 100_000, 1_000_000)  # 0: the real weld
KILLED = 137  # by the kernel, for want of memory
COLD_STARTS = 5
MEGABYTE = 1_000_000

TARGETS = {
    "warm_matplotlib_over_ours": (">=", 2.0),
    "warm_stock_over_ours": (">=", 4.0),
    "render_1m_over_1k": ("<=", 1.5),
    "read_over_pandas": ("<=", 1.3),
    "cold_stock_over_ours": (">=", 2.0),
    "peak_mb_1k": ("<=", 450),
    "peak_mb_1m": ("<=", 900),
}
IMAGE_TARGETS = {"tracemark-plotting": 700, "tracemark-prelabel": 700, "tracemark-postlabel": 260}


def main() -> None:
    engine = docker.from_env()
    build()
    warm = measure_warm(engine)
    with served_logs() as s3:
        cold = measure_cold(engine, s3)
        peaks = {rows: measure_peak(engine, s3, rows) for rows in (1_000, 1_000_000)}
    sizes = {name: round(engine.images.get(f"{name}:latest").attrs["Size"] / MEGABYTE) for name in IMAGES}
    results = summary(warm, cold, peaks, sizes)
    (ROOT / "benchmarks/results.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    show(results)


def build() -> None:
    base = "tracemark-base:trixie"
    command = [
        "docker",
        "build",
        "--network",
        "host",
        "--quiet",
        "--tag",
        BENCH_IMAGE,
        "--file",
        "benchmarks/Dockerfile",
    ]
    known = subprocess.run(["docker", "image", "inspect", base], capture_output=True, check=False).returncode == 0
    subprocess.run(
        [*command, *(["--build-arg", f"BASE_IMAGE={base}"] if known else []), "."],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def measure_warm(engine: Any) -> list[dict[str, Any]]:
    """Return a row per size of log: the medians that warm.py measured, all contestants inside one container."""
    return [measure_log(engine, rows) for rows in ROWS]


def measure_log(engine: Any, rows: int) -> dict[str, Any]:
    """Return the medians for one log; None for stock where it runs out of memory, or out of Kaleido's own patience."""
    try:
        return run_warm(engine, rows, "stock", "matplotlib")
    except docker.errors.ContainerError as error:
        if error.exit_status != KILLED and b"kaleido/_sync_server.py" not in error.stderr:
            raise
        return {**run_warm(engine, rows, "matplotlib"), "stock": None}


def run_warm(engine: Any, rows: int, *contestants: str) -> dict[str, Any]:
    welds = sorted((ROOT.parent / "shared/data/welds").glob("*/*.csv"))
    output = engine.containers.run(
        BENCH_IMAGE,
        ["/opt/benchmarks/warm.py", str(rows), *contestants],
        entrypoint=[PYTHON],
        network_mode="none",
        read_only=True,
        tmpfs={"/tmp": "size=512m,mode=1777"},
        volumes={str(welds[0]): {"bind": "/weld.csv", "mode": "ro"}} if welds else {},
        remove=True,
        **LIMITS,
    )
    measured: dict[str, Any] = json.loads(output)
    return measured


@contextmanager
def served_logs() -> Iterator[EmbeddedS3]:
    """Serve logs of 1,000 and of 1,000,000 rows in the tutorial's layout."""
    folder = ROOT / ".build/bench"
    for rows in (1_000, 1_000_000):
        file = folder / "bench-logs" / "sensor_data" / f"{rows}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(log(rows))
    with EmbeddedS3(folder) as s3:
        yield s3
        for stored in s3.client.list_objects_v2(Bucket="bench-logs", Prefix="plots/").get("Contents", ()):
            s3.client.delete_object(Bucket="bench-logs", Key=stored["Key"])


@contextmanager
def function(engine: Any, s3: EmbeddedS3, handler: str) -> Iterator[tuple[Any, str]]:
    """Start a fresh container of a handler under the emulator; yield it and the URL that invokes it."""
    port, api_port = free_ports(2)
    addresses = [
        "--runtime-interface-emulator-address",
        f"127.0.0.1:{port}",
        "--runtime-api-address",
        f"127.0.0.1:{api_port}",
    ]
    container = engine.containers.run(
        BENCH_IMAGE,
        [handler],
        entrypoint=["/aws-lambda-rie", *addresses, PYTHON, "-m", "awslambdaric"],
        detach=True,
        network_mode="host",
        read_only=True,
        tmpfs={"/tmp": "size=512m,mode=1777"},
        volumes={str(ROOT / ".build/aws-lambda-rie"): {"bind": "/aws-lambda-rie", "mode": "ro"}},
        environment={**s3.environment, "AWS_LAMBDA_FUNCTION_TIMEOUT": "120", "HOME": "/tmp"},
        **LIMITS,
    )
    try:
        yield container, f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
    finally:
        container.remove(force=True)


def invoke(url: str, rows: int) -> None:
    """Have a log drawn, however long the container takes to listen."""
    place = "s3://bench-logs"
    event = {"sensor_data": {"s3Path": f"{place}/sensor_data/{rows}.csv"}, "destination": {"s3Path": f"{place}/plots/"}}
    retries = urllib3.Retry(total=400, backoff_factor=0.01, backoff_max=0.01)
    with urllib3.PoolManager(retries=retries) as http:
        answer = http.request("POST", url, json=event, timeout=120).json()
    if "plots" not in answer:
        raise SystemExit(f"the function failed: {answer}")


def measure_cold(engine: Any, s3: EmbeddedS3) -> dict[str, float]:
    """Return the medians of the seconds from the start of a container to its first answer, in turns."""
    handlers = {"ours": "tracemark_plotting.handler.handle", "stock": "stock_handler.handle"}
    taken: dict[str, list[float]] = {name: [] for name in handlers}
    for turn in range(COLD_STARTS + 1):
        for name, handler in handlers.items():
            forget_plots(s3)
            start = time.perf_counter()
            with function(engine, s3, handler) as (_, url):
                invoke(url, 1_000)
                if turn:  # the first turn reads the image's files into memory
                    taken[name].append(time.perf_counter() - start)
    return {name: round(median(seconds), 3) for name, seconds in taken.items()}


def forget_plots(s3: EmbeddedS3) -> None:
    for stored in s3.client.list_objects_v2(Bucket="bench-logs", Prefix="plots/").get("Contents", ()):
        s3.client.delete_object(Bucket="bench-logs", Key=stored["Key"])


def measure_peak(engine: Any, s3: EmbeddedS3, rows: int) -> float:
    """Return the peak of the container's memory without file cache, in MB, while it draws a log twice."""
    with function(engine, s3, "tracemark_plotting.handler.handle") as (container, url):
        container.reload()
        with sampled(memory_file(int(container.attrs["State"]["Pid"]))) as peak:
            for _ in range(2):
                forget_plots(s3)
                invoke(url, rows)
    return round(max(peak) / MEGABYTE, 1)


def memory_file(process: int) -> Path:
    """Return the `memory.stat` of the control group of a process, of either version of control groups."""
    for line in Path(f"/proc/{process}/cgroup").read_text().splitlines():
        number, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            return Path("/sys/fs/cgroup/memory", path.lstrip("/"), "memory.stat")
        if number == "0" and not controllers and Path("/sys/fs/cgroup/cgroup.controllers").is_file():
            return Path("/sys/fs/cgroup", path.lstrip("/"), "memory.stat")
    raise SystemExit(f"process {process} has no memory control group")


@contextmanager
def sampled(file: Path) -> Iterator[list[int]]:
    """Collect the bytes of anonymous and shared memory, a hundred times a second: all but the cache of files."""
    found = [0]
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.01):
            stat = dict(line.split() for line in file.read_text().splitlines())
            # Version 1 says "total_rss" and counts tmpfs as "total_shmem"; version 2 says "anon" and "shmem".
            anonymous = int(stat.get("total_rss") or stat.get("anon") or 0)
            found.append(anonymous + int(stat.get("total_shmem") or stat.get("shmem") or 0))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        done.set()
        thread.join()


def summary(
    warm: list[dict[str, Any]], cold: dict[str, float], peaks: dict[int, float], sizes: dict[str, int]
) -> dict[str, Any]:
    row = {entry["rows"]: entry for entry in warm}
    thousand, million = row[1_000], row[1_000_000]
    return {
        "warm_matplotlib_over_ours": round(thousand["matplotlib"] / thousand["ours"], 2),
        "warm_stock_over_ours": round(thousand["stock"] / thousand["ours"], 2),
        "render_1m_over_1k": round(
            (million["ours_figure"] + million["ours_render"]) / (thousand["ours_figure"] + thousand["ours_render"]), 2
        ),
        "read_over_pandas": round(million["ours_read"] / million["pandas_read"], 2),
        "cold_stock_over_ours": round(cold["stock"] / cold["ours"], 2),
        "peak_mb_1k": peaks[1_000],
        "peak_mb_1m": peaks[1_000_000],
        "image_mb": sizes,
        "cold_seconds": cold,
        "warm_seconds": warm,
    }


def stock(row: dict[str, Any]) -> str:
    return "  failed" if row["stock"] is None else f"{row['stock']:8.3f}"


def show(results: dict[str, Any]) -> None:
    lines = [f"{'rows':>10} {'ours':>8} {'stock':>8} {'mpl':>8} {'read':>8} {'pandas':>8} {'figure':>8} {'render':>8}"]
    lines += [
        f"{row['rows']:>10,} {row['ours']:8.3f} {stock(row)} {row['matplotlib']:8.3f} {row['ours_read']:8.4f} "
        f"{row['pandas_read']:8.4f} {row['ours_figure']:8.4f} {row['ours_render']:8.3f}"
        for row in results["warm_seconds"]
    ]
    lines.append("")
    wanted = [(name, results[name], *target) for name, target in TARGETS.items()]
    wanted += [(name, results["image_mb"][name], "<=", most) for name, most in IMAGE_TARGETS.items()]
    for name, value, sign, bound in wanted:
        reached = value >= bound if sign == ">=" else value <= bound
        lines.append(f"{name:28} {value:8} {sign} {bound:<6} {'reached' if reached else 'MISSED'}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
