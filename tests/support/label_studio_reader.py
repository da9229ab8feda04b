"""Reads what `tracemark export --format label-studio` wrote with Label Studio's own converter, in its own environment.

Arguments: the labeling interface and the tasks. Out, as the last line: JSON, the first task in the converter's short
form, and how many pixels the brush of each field covers.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from label_studio_sdk.converter import Converter
from label_studio_sdk.converter.brush import decode_rle


def main() -> None:
    interface, tasks = (Path(argument) for argument in sys.argv[1:])
    converter = Converter(interface.read_text("utf-8"), project_dir=None, download_resources=False)
    with tempfile.TemporaryDirectory() as folder:
        converter.convert_to_json_min(str(tasks), folder, is_dir=False)
        (task, *_) = json.loads((Path(folder) / "result.json").read_text("utf-8"))
    results = json.loads(tasks.read_text("utf-8"))[0]["annotations"][0]["result"]
    brushes = {
        each["from_name"]: sum(int(alpha) > 0 for alpha in decode_rle(each["value"]["rle"])[3::4])
        for each in results
        if each["type"] == "brushlabels"
    }
    print(json.dumps({"task": task, "brushes": brushes}))


if __name__ == "__main__":
    main()
