"""Labels with times for pictures: phones or words from the files that the suite uses."""

import json
from pathlib import Path


def read_labels(path, key="phones"):
    """.json with {"phones": [[name, start, end]], ...} (or another key), or GRID's .align -> [(name, start, end)] in seconds"""
    path = Path(path)
    if path.suffix == ".align":
        rows = (line.split() for line in path.read_text().splitlines())
        return [(word, int(a) / 25000, int(b) / 25000) for a, b, word in rows]
    return [(name, float(start), float(end)) for name, start, end in json.loads(path.read_text()).get(key, [])]


def label_at(labels, time):
    return next((name for name, start, end in labels if start <= time < end), "")
