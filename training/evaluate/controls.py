"""controls.py PORTRAIT SOUND OUT_FOLDER [--only GROUP]: does every option do what it says?

Renders one portrait with the first 6 s of a voice (blinks: all of it) at 384 pixels for each setting of each option, measures what the option is meant to change, and writes OUT/controls.md:
setting -> measured, and whether the measure goes one way all along. Options that the command line's --help does not name are left out. Films and tracks already in OUT are kept.
"""

import argparse
import os
import subprocess
from pathlib import Path

import film as films
import life
import measures
import numpy as np
import suite
import sync_meter

import evaluate

SECONDS, SIZE = 6, 384
FEELINGS = {  # emotion -> the shapes that show it, both sides
    "happy": ["mouthSmile"], "sad": ["mouthFrown", "browInnerUp", "mouthShrugLower"], "angry": ["browDown", "eyeSquint"], "surprised": ["browInnerUp", "browOuterUp", "eyeWide"],
    "afraid": ["browInnerUp", "eyeWide", "mouthStretch"], "disgusted": ["noseSneer", "mouthUpperUp", "browDown"],
}  # fmt: skip


def steps(option, values, before=()):
    """-> [(label, arguments)]; `before` puts films without the option in front"""
    return [*before, *((f"{option} {value}", [f"{option}={value}"]) for value in values)]


WITHOUT = [("without", [])]
GROUPS = [  # name, measure, settings, +1 it should rise (-1: fall, 0: one way or the other; None: only shown)
    ("expression", "lip_gap_p95", steps("--expression", ("0.5", "1", "1.5")), 1),
    ("expression, brows", "brow_sd", steps("--expression", ("0.5", "1", "1.5")), 1),
    ("head-motion", "head_sd", steps("--head-motion", ("0", "0.5", "1", "1.5")), 1),
    ("speed", "head_speed", steps("--speed", ("1", "3", "5", "7", "9")), 1),
    ("blink", "blinks_per_minute", steps("--blink", ("0", "10", "25", "50")), 1),
    ("gaze, sideways", "gaze_side", steps("--gaze", ("-15,0", "camera", "15,0")), 0),
    ("gaze, up", "gaze_up", steps("--gaze", ("camera", "0,10")), 1),
    ("gaze, wandering", "gaze_sd", steps("--gaze", ("camera", "free")), 1),
    *((f"emotion {name}", name, [("neutral", ["--emotion=neutral"]), (f"{name}:0.5", [f"--emotion={name}:0.5"]), (f"{name}:1", [f"--emotion={name}:1"])], 1) for name in FEELINGS),
    ("pose, turn", "yaw_mean", [*steps("--pose", ("0,-8,0",)), *WITHOUT, *steps("--pose", ("0,8,0",))], 0),
    ("pose, nod", "pitch_mean", steps("--pose", ("6,0,0",), WITHOUT), 0),
    ("pose, tilt", "roll_mean", steps("--pose", ("0,0,8",), WITHOUT), 0),
    ("still, head", "head_sd", [*WITHOUT, ("--still", ["--still"])], -1),
    ("still, brows", "brow_sd", [*WITHOUT, ("--still", ["--still"])], -1),
    ("still, lips", "lip_gap_p95", [*WITHOUT, ("--still", ["--still"])], None),
    ("guidance", "agreement", steps("--guidance", ("1", "2", "3")), 1),
    ("seed", "head_sd", steps("--seed", ("1", "2")), None),
]


def iris_offsets(landmarks):
    """[frames, 478, 3] -> irises' way from the middle between the eye corners, in eye widths: to the picture's right, up; mean of both eyes [frames, 2]"""
    sides = []
    for iris, (a, b) in ((468, (33, 133)), (473, (362, 263))):
        across = landmarks[:, b, :2] - landmarks[:, a, :2]
        width = np.linalg.norm(across, axis=1, keepdims=True)
        shift, right = landmarks[:, iris, :2] - (landmarks[:, a, :2] + landmarks[:, b, :2]) / 2, across / width
        sides.append(np.stack([(shift * right).sum(1), shift[:, 0] * right[:, 1] - shift[:, 1] * right[:, 0]], 1) / width)
    return np.mean(sides, axis=0)


def shape_mean(shapes, names):
    """mean over frames, sides and the named shapes"""
    return float(np.mean([np.nanmean(curve) for shape, curve in shapes.items() if any(shape.startswith(name) for name in names)]))


def measure(tracks, samples, meter):
    """film.Tracks and its sound -> every measure that GROUPS names"""
    gap, _, _ = measures.lip_curves(tracks.landmarks)
    angles, gaze = life.smooth_angles(tracks.matrices, tracks.fps), iris_offsets(tracks.landmarks)
    open_eyes = measures.eye_opening(tracks.landmarks) > 0.8 * np.nanmedian(measures.eye_opening(tracks.landmarks))
    result = measures.lip_measures(tracks.times, gap) | measures.face_measures(tracks) | {name: shape_mean(tracks.shapes, shapes) for name, shapes in FEELINGS.items()}
    result |= dict(zip(("pitch_mean", "yaw_mean", "roll_mean"), angles.mean(0).tolist(), strict=True))
    result |= dict(zip(("gaze_side", "gaze_up"), np.nanmean(gaze[open_eyes], axis=0).tolist(), strict=True))
    result["gaze_sd"] = float(np.nanstd(gaze[open_eyes], axis=0).mean())
    result["head_sd"] = float(np.sqrt(angles.var(0).mean()))
    result["head_speed"] = float(np.linalg.norm(np.diff(angles, axis=0), axis=1).mean() * tracks.fps)
    return result | {"agreement": sync_meter.measure_film_sync(meter, samples, tracks.times, gap)["agreement"]}


def goes_one_way(values, direction):
    """does every step go the way wanted (0: all the same way)?"""
    change = np.diff(values)
    return bool((change * direction > 0).all()) if direction else bool((change > 0).all() or (change < 0).all())


def known_options():
    help_text = subprocess.run(["node", os.environ.get("ANIMATE", str(suite.ROOT / "bin/animate.js")), "--help"], check=True, capture_output=True, text=True).stdout
    return {word.strip(",") for line in help_text.splitlines() for word in line.split() if word.startswith("--")}


def measure_setting(settings, meter, arguments, whole):
    name = "film" + "".join(arguments).replace("=", "").replace(":", "-").replace(",", "_") + ("-whole" if whole else "")
    film = settings.out / f"{name}.mp4"
    seed = [] if any(a.startswith("--seed") for a in arguments) else ["--seed=1"]
    if not film.exists():
        suite.render(settings.portrait, settings.sound, film, ["--size", str(SIZE), *([] if whole else ["--duration", str(SECONDS)]), *seed, *arguments])
    return measure(films.read_tracks(film, settings.task, film.with_suffix(".npz")), films.read_sound(film), meter)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("portrait", "sound", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--only", default="", help="only groups whose name begins so")
    parser.add_argument("--task", type=Path, default=evaluate.default_path("FACE_LANDMARKER", "face_landmarker.task"))
    settings = parser.parse_args()
    settings.out.mkdir(parents=True, exist_ok=True)
    known, meter, lines = known_options(), sync_meter.load_meter(), ["| option | measure | settings: measured | as it should be |", "|---|---|---|---|"]
    for name, what, choices, direction in GROUPS:
        if not name.startswith(settings.only):
            continue
        if missing := {a.split("=")[0] for _, arguments in choices for a in arguments} - known:
            lines.append(f"| {name} | {what} | no {', '.join(sorted(missing))} yet | |")
            continue
        values = [measure_setting(settings, meter, arguments, name == "blink")[what] for _, arguments in choices]
        cells = "; ".join(f"{label.split(' ')[-1]}: {value:.3g}" for (label, _), value in zip(choices, values, strict=True))
        lines.append(f"| {name} | {what} | {cells} | {'' if direction is None else 'yes' if goes_one_way(values, direction) else 'NO'} |")
        print(lines[-1], flush=True)
    (settings.out / "controls.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
