"""reenact.py CLIPS_FOLDER OUT CLIP … : self re-enactment. The first frame of each clip is the portrait, `animate --driving` lets the clip move it, and the film is compared with the clip.

ANIMATE: another build's animate.js. FACE_LANDMARKER: the task file. Films and landmarks are kept in OUT; lengths in eye distances of the median frame, as everywhere (measures.py).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import film
import measures

ROOT = Path(__file__).parents[2]
BLINK = 0.55  # of the median opening, as measures.py


def landmarks_of(video, kept):
    if not kept.exists():
        np.save(kept, film.track_film(video, os.environ["FACE_LANDMARKER"]).landmarks)
    return np.load(kept)


def reenact(clip, out, fps=25):
    """clip: path of a video -> landmarks [frames, 478, 3] of the clip and of the film"""
    out.mkdir(parents=True, exist_ok=True)
    portrait, target = out / f"{clip.stem}.png", out / f"{clip.stem}.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", clip, "-frames:v", "1", portrait], check=True)
    animate = os.environ.get("ANIMATE", ROOT / "bin/animate.js")
    subprocess.run(["node", animate, portrait, "--driving", clip, "--crop", "none", "--size", "528", "--fps", str(fps), "-o", target, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    (out / f"{clip.stem}-film.npy").unlink(missing_ok=True)
    return landmarks_of(clip, out / f"{clip.stem}-clip.npy"), landmarks_of(target, out / f"{clip.stem}-film.npy")


def lag_milliseconds(a, b, fps=25, reach=3):
    """How much later b is than a: the peak of their correlation over shifts of up to `reach` frames, a parabola through its top."""
    n = len(a)
    r = [correlation(a[max(0, -k) : n - max(0, k)], b[max(0, k) : n + min(0, k)]) for k in range(-reach, reach + 1)]
    top = int(np.clip(np.argmax(r), 1, 2 * reach - 1))
    left, middle, right = r[top - 1 : top + 2]
    return float((top - reach + 0.5 * (left - right) / (left - 2 * middle + right)) * 1000 / fps)


def correlation(a, b):
    good = np.isfinite(a) & np.isfinite(b)
    return float(np.corrcoef(a[good], b[good])[0, 1])


def blinks(landmarks):
    opening = measures.eye_opening(landmarks)
    return opening / np.nanmedian(opening)


def compare(clip, made):
    n = min(len(clip), len(made))
    clip, made = clip[:n], made[:n]
    (gap_c, width_c, _), (gap_m, width_m, _) = measures.lip_curves(clip), measures.lip_curves(made)
    shut_c, shut_m = gap_c / width_c < measures.CLOSED_RATIO, gap_m / width_m < measures.CLOSED_RATIO
    low_c, low_m = blinks(clip), blinks(made)
    events = [i for i in range(1, n - 1) if low_c[i] < BLINK and low_c[i] == low_c[max(0, i - 3) : i + 4].min()]
    found = [bool((low_m[max(0, i - 1) : i + 2] < BLINK).any()) for i in events]
    return {"lag_ms": lag_milliseconds(gap_c, gap_m), "gap_r": correlation(gap_c, gap_m), "width_r": correlation(width_c, width_m), "gap_slope": float(np.polyfit(gap_c, gap_m, 1)[0]), "width_slope": float(np.polyfit(width_c, width_m, 1)[0]),
            "shut": int(shut_c.sum()), "shut_kept": int((shut_c & shut_m).sum()), "open": int((~shut_c).sum()), "open_kept": int((~shut_c & ~shut_m).sum()), "blinks": len(events), "blinks_found": int(sum(found)),
            "brow_sd_clip": brow_sd(clip), "brow_sd_film": brow_sd(made)}  # fmt: skip


def brow_sd(landmarks):
    unit = np.nanmedian(measures.distance(landmarks, measures.OUTER_EYES))
    return float(np.nanstd(measures.distance(landmarks, (105, 33)) / unit))


def main():
    clips, out, names = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    rows = []
    for name in names:
        landmarks, made = reenact(clips / f"{name}.mp4", out)
        rows.append(compare(landmarks, made))
        print(name, {k: round(v, 3) for k, v in rows[-1].items()}, flush=True)
    total = {k: sum(r[k] for r in rows) for k in ("shut", "shut_kept", "open", "open_kept", "blinks", "blinks_found")}
    mean = {k: float(np.mean([r[k] for r in rows])) for k in ("lag_ms", "gap_r", "width_r", "gap_slope", "width_slope")}
    print(json.dumps({"clips": len(rows), **{k: round(v, 3) for k, v in mean.items()}, **total, "gap_r_worst": round(min(r["gap_r"] for r in rows), 3)}))


if __name__ == "__main__":
    main()
