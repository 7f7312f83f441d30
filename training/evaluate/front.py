"""front.py OUT.jpg PORTRAIT:FILM [PORTRAIT:FILM ...] [--columns 6] [--tile 300] [--start SECONDS --step SECONDS]: a picture for the docs, a row a film: the portrait first, then frames of the film.

Without --start the frames are spread over the film. The crop is a square about the face, the same all along, so that motion shows.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
from film import read_frames, read_tracks


def square(landmarks, width, height, margin=0.55):
    """[frames, 478, 3] -> x, y, side of a square about all faces, inside the picture"""
    found = landmarks[np.isfinite(landmarks[:, 0, 0])].reshape(-1, 3)
    low, high = found.min(0)[:2], found.max(0)[:2]
    side = int(min(width, height, (1 + margin) * (high - low).max()))
    middle = (low + high) / 2 - [0, 0.04 * side]
    x, y = (int(np.clip(m - side / 2, 0, size - side)) for m, size in zip(middle, (width, height), strict=True))
    return x, y, side


def row(portrait, film, settings):
    frames = list(read_frames(film))
    tracks = read_tracks(film, settings.task, None)
    x, y, side = square(tracks.landmarks, tracks.width, tracks.height)
    count = settings.columns - 1
    if settings.start is None:
        chosen = np.linspace(0.06, 0.94, count) * (len(frames) - 1)
    else:
        chosen = (settings.start + np.arange(count) * settings.step) * tracks.fps
    first = cv2.resize(cv2.imread(str(portrait))[..., ::-1], (tracks.width, tracks.height), interpolation=cv2.INTER_AREA)
    tiles = [first, *(frames[int(round(min(i, len(frames) - 1)))] for i in chosen)]
    return np.hstack([cv2.resize(tile[y : y + side, x : x + side], (settings.tile, settings.tile), interpolation=cv2.INTER_AREA) for tile in tiles])


if __name__ == "__main__":
    import evaluate

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path), parser.add_argument("pairs", nargs="+")
    parser.add_argument("--columns", type=int, default=6), parser.add_argument("--tile", type=int, default=300)
    parser.add_argument("--start", type=float), parser.add_argument("--step", type=float, default=0.08)
    parser.add_argument("--task", type=Path, default=evaluate.default_path("FACE_LANDMARKER", "face_landmarker.task"))
    settings = parser.parse_args()
    rows = [row(*(Path(part) for part in pair.split(":")), settings) for pair in settings.pairs]
    cv2.imwrite(str(settings.out), np.vstack(rows)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
