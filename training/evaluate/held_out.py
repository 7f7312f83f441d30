"""held_out.py DATA TRACKS OUT [--films N]: films of held-out grid_s1 sentences against the real clip: portrait = the clip's first frame, sound = the clip's own.

DATA: the folder with grid_s1/video; TRACKS: what training/motion/track.py wrote (<clip>.npz). Held out is every 20th clip by name (training/motion/data.py).
Writes OUT/<clip>.{png,wav,mp4} and OUT/held_out.json: Pearson r of the lip gap and of the inner mouth width, film against clip, frame by frame, and the film's amplitude (95th percentiles).
"""

import argparse
import json
import subprocess
from pathlib import Path

import cv2
import film as films
import measures
import numpy as np
import suite


def first_frame(clip, picture, scale=2):
    """writes the clip's first frame, enlarged: a portrait of the talker"""
    ok, bgr = cv2.VideoCapture(str(clip)).read()
    if not ok:
        raise ValueError(f"{clip}: no frame")
    cv2.imwrite(str(picture), cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC))


def compare(real, drawn):
    """landmarks [frames, 478, 3] each -> r of gap and width, ratio of the gaps' 95th percentiles"""
    frames = min(len(real), len(drawn))
    (gap_real, width_real, _), (gap, width, _) = measures.lip_curves(real[:frames]), measures.lip_curves(drawn[:frames])
    seen = np.isfinite(gap_real) & np.isfinite(gap)
    r = lambda a, b: float(np.corrcoef(a[seen], b[seen])[0, 1])
    return {"gap_r": r(gap_real, gap), "width_r": r(width_real, width), "amplitude": float(np.percentile(gap[seen], 95) / np.percentile(gap_real[seen], 95))}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path), parser.add_argument("tracks", type=Path), parser.add_argument("out", type=Path)
    parser.add_argument("--films", type=int, default=12)
    settings = parser.parse_args()
    settings.out.mkdir(parents=True, exist_ok=True)
    clips = sorted((settings.data / "grid_s1/video").glob("*.mp4"))[::20]
    rows = {}
    for clip in clips[:: max(1, len(clips) // settings.films)][: settings.films]:
        picture, sound, out = (settings.out / f"{clip.stem}.{kind}" for kind in ("png", "wav", "mp4"))
        first_frame(clip, picture)
        subprocess.run(["ffmpeg", "-y", "-v", "error", "-i", clip, "-vn", sound], check=True)
        if not out.exists():
            suite.render(picture, sound, out, ["--seed", "1"])
        drawn = films.read_tracks(out, settings.data / "face_landmarker.task", settings.out / f"{clip.stem}.npz").landmarks
        rows[clip.stem] = compare(np.load(settings.tracks / f"{clip.stem}.npz")["landmarks"], drawn)
        print(clip.stem, rows[clip.stem], flush=True)
    summary = {key: {"mean": float(np.mean([row[key] for row in rows.values()])), "worst": float(min(row[key] for row in rows.values()))} for key in ("gap_r", "width_r", "amplitude")}
    (settings.out / "held_out.json").write_text(json.dumps({"summary": summary, "clips": rows}, indent=1))
    print(summary)
