"""seeds.py PORTRAIT SOUND OUT_FOLDER [--seeds 1,2,3] [OPTION ...]: what another seed changes. Lips should stay (they follow the sound), the head should not.

Renders one film a seed (kept if already there) and prints Pearson r between every two films: lip gap, and the mean of pitch, yaw and roll (low-passed, trends removed). Other options go to the command line.
"""

import argparse
import itertools
import json
from pathlib import Path

import film as films
import life
import measures
import numpy as np
import suite
from scipy.signal import detrend

import evaluate


def compare_films(one, other):
    """two film.Tracks -> r of the lip gap, mean r of the head's angles"""
    frames = min(len(one.times), len(other.times))
    gaps = [np.nan_to_num(measures.lip_curves(t.landmarks[:frames])[0]) for t in (one, other)]
    heads = [detrend(life.smooth_angles(t.matrices[:frames], t.fps), axis=0) for t in (one, other)]
    return {"lip_gap_r": float(np.corrcoef(*gaps)[0, 1]), "head_r": float(np.mean([np.corrcoef(a, b)[0, 1] for a, b in zip(heads[0].T, heads[1].T, strict=True)]))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("portrait", "sound", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--task", type=Path, default=evaluate.default_path("FACE_LANDMARKER", "face_landmarker.task"))
    options, rest = parser.parse_known_args()
    options.out.mkdir(parents=True, exist_ok=True)
    tracks = {}
    for seed in options.seeds.split(","):
        film = options.out / f"seed-{seed}.mp4"
        if not film.exists():
            suite.render(options.portrait, options.sound, film, [*rest, "--seed", seed])
        tracks[seed] = films.read_tracks(film, options.task, film.with_suffix(".npz"))
    rows = {f"{a}, {b}": compare_films(tracks[a], tracks[b]) for a, b in itertools.combinations(tracks, 2)}
    rows["mean"] = {name: float(np.mean([row[name] for row in rows.values()])) for name in ("lip_gap_r", "head_r")}
    print(json.dumps({pair: {name: round(value, 3) for name, value in row.items()} for pair, row in rows.items()}, indent=1))


if __name__ == "__main__":
    main()
