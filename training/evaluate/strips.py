"""strips.py FILM.mp4 OUT.png [--labels J] [--words four,five | --span S E]...: strips of the mouth at 25 frames a second, each picture with its time and the phone (or word) that is spoken.

--labels: phone times (.json, as flite_sentences.py writes) or GRID's .align. --words picks the labels of that name (or of the .json's "words"), 0.12 s either side; without words and spans: the first two seconds.
The window is the same in all pictures, so that a moving head shows; it is enlarged to 160 pixels across.
"""

import argparse
from pathlib import Path

import cv2
import film as films
import numpy as np
from labels import label_at, read_labels
from sheets import label, write_sheet

import evaluate

RATE, MARGIN_SECONDS, WIDTH, COLUMNS = 25, 0.12, 160, 14
MOUTH = [61, 291, 0, 17, 2, 152]  # corners, lips, under the nose, chin


def mouth_window(tracks, chosen):
    """frames' indices -> x0, y0, x1, y1 around the mouth in all of them"""
    points = tracks.landmarks[chosen][:, MOUTH, :2]
    points = points[np.isfinite(points[:, 0, 0])].reshape(-1, 2)
    low, high = points.min(0), points.max(0)
    grow = 0.12 * (high - low)
    return [int(v) for v in (*np.maximum(low - grow, 0), *np.minimum(high + grow, [tracks.width, tracks.height]))]


def frames_between(times, start, end):
    """indices of the frames nearest to every 40 ms from start to end"""
    asked = np.arange(max(start, times[0]), min(end, times[-1]) + 1e-6, 1 / RATE)
    return [int(np.abs(times - t).argmin()) for t in asked]


def spans_of(words, labels):
    return [(start - MARGIN_SECONDS, end + MARGIN_SECONDS) for name, start, end in labels if name in words]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("film", type=Path), parser.add_argument("out", type=Path)
    parser.add_argument("--labels"), parser.add_argument("--words", default="")
    parser.add_argument("--span", nargs=2, type=float, action="append", default=[])
    parser.add_argument("--tracks")
    parser.add_argument("--task", type=Path, default=evaluate.default_path("FACE_LANDMARKER", "face_landmarker.task"))
    options = parser.parse_args()
    labels = read_labels(options.labels) if options.labels else []
    named = labels + (read_labels(options.labels, "words") if options.labels and options.labels.endswith(".json") else [])
    spans = options.span + spans_of(options.words.split(","), named) or [(0, 2)]
    tracks, frames, tiles = films.read_tracks(options.film, options.task, options.tracks), list(films.read_frames(options.film)), []
    chosen = [frames_between(tracks.times, *span) for span in spans]
    x0, y0, x1, y1 = mouth_window(tracks, np.unique(np.concatenate(chosen).astype(int)))
    size = (WIDTH, round(WIDTH * (y1 - y0) / (x1 - x0)))
    for row in chosen:
        strip = [label(cv2.resize(frames[i][y0:y1, x0:x1], size, interpolation=cv2.INTER_CUBIC), f"{tracks.times[i]:.2f} {label_at(labels, tracks.times[i])}") for i in row]
        tiles += strip + [np.zeros((size[1], size[0], 3), np.uint8)] * (-len(strip) % COLUMNS)
    write_sheet(options.out, tiles, COLUMNS)


if __name__ == "__main__":
    main()
