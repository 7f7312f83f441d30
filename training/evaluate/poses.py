"""poses.py FRAMES_DIR [--json OUT]: measures of frames in set poses, as `npm run poses -- PICTURE ... --frames FRAMES_DIR` writes them (FRAMES_DIR/<picture>/<pose>.png).

Per picture: whether MediaPipe finds the face in each pose; the gap it sees between shut lips, over face height; how far eyes are open in the blink, over the open eye;
how sharp the moved face is (variance of the Laplacian over that of the picture). Medians, worst and the pictures that miss a goal at the end.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import film
import measures

FACE_HEIGHT = (10, 152)
GOALS = {"shut_gap": 0.01, "blink_left": 0.08}  # MediaPipe's own noise on closed lips is about 0.005 of face height
CHEEKS = (117, 100, 6, 329, 346, 425, 2, 205)  # under the eyes, nose bridge, beside the mouth, under the nose
SHARP_POSES = ("yaw-left", "yaw-right", "nod", "raise")


def opening(landmarks):
    """[478, 3] -> eye opening over eye width, mean of both eyes"""
    return np.mean([measures.distance(landmarks, lids) / measures.distance(landmarks, corners) for lids, corners in (measures.LEFT_EYE, measures.RIGHT_EYE)])


def sharpness(rgb, landmarks):
    """variance of the Laplacian of luma over the cheeks and the nose: eyes and mouth are left out, for what opens and closes is no measure of sharpness,
    and so are the strongest 5 %: the outline of the nose, which a turn brings out"""
    laplacian = cv2.Laplacian(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.CV_64F)
    mask = np.zeros(laplacian.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(landmarks[CHEEKS, :2]).astype(np.int32)], 1)
    inside = np.abs(laplacian[mask > 0])
    return np.mean(inside[inside <= np.percentile(inside, 95)] ** 2)


def measure_picture(folder, task):
    """folder of one picture's poses -> {measure: number or None}"""
    frames = {path.stem: np.ascontiguousarray(cv2.imread(str(path))[..., ::-1]) for path in sorted(folder.glob("*.png"))}
    points = {name: film.track_photo(rgb, task) for name, rgb in frames.items()}
    rest = points.get("rest")
    result = {"found": sum(p is not None for p in points.values()), "poses": len(points)}
    if rest is None:
        return result
    face = measures.distance(rest, FACE_HEIGHT)
    result["rest_opening"] = float(opening(rest))
    if points.get("shut") is not None:
        result["shut_gap"] = float(measures.distance(points["shut"], measures.INNER_LIPS) / face)
    if points.get("blink") is not None:
        result["blink_left"] = float(opening(points["blink"]) / opening(rest))
    sharp = [sharpness(frames[name], points[name]) / sharpness(frames["rest"], rest) for name in SHARP_POSES if points.get(name) is not None]
    if sharp:
        result["sharpness"] = float(np.mean(sharp))
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("frames", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--task", default=os.environ.get("FACE_LANDMARKER", str(Path(__file__).parent / "face_landmarker.task")))
    settings = parser.parse_args()
    table = {folder.name: measure_picture(folder, settings.task) for folder in sorted(settings.frames.iterdir()) if folder.is_dir()}
    names = ("shut_gap", "blink_left", "sharpness", "rest_opening")
    print(f"| picture | found | {' | '.join(names)} |\n|---|---|{'---|' * len(names)}")
    for name, row in table.items():
        print(f"| {name} | {row['found']}/{row['poses']} | {' | '.join('' if row.get(key) is None else f'{row[key]:.3f}' for key in names)} |")
    found, poses = (sum(row[key] for row in table.values()) for key in ("found", "poses"))
    print(f"\nfaces found: {found} of {poses} frames ({100 * found / max(1, poses):.1f} %)")
    for key in names:
        values = [row[key] for row in table.values() if key in row]
        misses = [name for name, row in table.items() if key in GOALS and row.get(key, 0) > GOALS[key]]
        if values:
            print(f"{key}: median {np.median(values):.3f}, worst {max(values):.3f}, least {min(values):.3f}" + (f"; above {GOALS[key]}: {', '.join(misses)}" if misses else ""))
    if settings.json:
        settings.json.write_text(json.dumps(table, indent=1))


if __name__ == "__main__":
    main()
