"""Does the lower lip reach the upper teeth at f and v?

Landmarks have no teeth, but the teeth's edge lies where the lips meet when the mouth is shut. So: the height of the lower inner lip, as the distance in space from under the nose to it
(2-14, in eye distances; turning the head does not change it), against its height while the lips are shut. At f and v it comes back to there while the upper lip stays up and a slit remains.

  teeth.py TRACKS_FOLDER ALIGN.tar.gz      the share on GRID: f of four, five, "f"; v of five, seven, "v"; for comparison t, s, n, z of other words
"""

import sys
import tarfile
from pathlib import Path

import numpy as np
from measures import INNER_LIPS, LIP_CORNERS, OUTER_EYES, distance

UNDER_NOSE, LOWER_LIP = 2, 14
SHUT_RATIO = 0.03  # gap / inner width of frames that tell the height of the shut lips
REACH = 0.03  # eye distances: so near to it counts as touching
SLIT = 0.15  # and the lips stay nearer than this, gap / inner width
WORDS = {"four": [("f", 0, 0.1)], "five": [("f", 0, 0.1), ("v", -0.08, None)], "f": [("f", -0.1, None)], "v": [("v", 0, 0.08)], "seven": [("v", 0.15, 0.24)],
         "two": [("t", 0, 0.1)], "six": [("s", 0, 0.1)], "soon": [("s", 0, 0.1)], "nine": [("n", 0, 0.1)], "now": [("n", 0, 0.08)], "zero": [("z", 0, 0.1)]}  # fmt: skip
"""GRID's words: phone, start, end in seconds after the word's start (before its end if negative; None: its end)"""


def lip_lift(landmarks):
    """[frames, 478, 3] -> how far the lower inner lip is below where lips meet [frames], eye distances; and gap / inner width [frames]"""
    points = landmarks.astype(float)
    height = np.linalg.norm(points[:, LOWER_LIP] - points[:, UNDER_NOSE], axis=1) / np.nanmedian(distance(points, OUTER_EYES))
    ratio = distance(points, INNER_LIPS) / np.maximum(distance(points, LIP_CORNERS), 1e-6)
    shut = ratio < SHUT_RATIO
    rest = np.median(height[shut]) if shut.sum() > 2 else np.nanpercentile(height, 5)
    return height - rest, ratio


def teeth_contacts(times, landmarks, phones, slack_seconds=0.04, which=("f", "v")):
    """phones: [(name, start, end)] -> [(name, start, touches)]; one frame of slack either side as for closures"""
    below, ratio = lip_lift(landmarks)
    found = []
    for name, start, end in phones:
        near = (times >= start - slack_seconds) & (times <= end + slack_seconds) & np.isfinite(below)
        if name in which and near.any():
            found.append((name, start, bool(((below < REACH) & (ratio < SLIT))[near].any())))
    return found


def teeth_measures(found):
    return {"teeth_cases": len(found)} | ({"teeth_share": float(np.mean([touches for _, _, touches in found]))} if found else {})


def grid_phones(lines):
    """an .align file's lines -> [(name, start, end)] of WORDS"""
    phones = []
    for start, end, word in ((int(a) / 25000, int(b) / 25000, w) for a, b, w in (line.split() for line in lines)):
        for name, first, last in WORDS.get(word, []):
            phones.append((name, (start if first >= 0 else end) + first, end if last is None else start + last))
    return phones


def main(tracks, aligned):
    cases = {}
    with tarfile.open(aligned) as archive:
        for member in filter(tarfile.TarInfo.isfile, archive):
            clip = Path(tracks) / f"{Path(member.name).stem}.npz"
            if not clip.exists():
                continue
            with np.load(clip) as kept:
                landmarks = kept["landmarks"]
            phones = grid_phones(archive.extractfile(member).read().decode().splitlines())
            for name, _, touches in teeth_contacts(np.arange(len(landmarks)) / 25, landmarks, phones, which=("f", "v", "t", "s", "n", "z")):
                cases.setdefault(name, []).append(touches)
    cases["f, v"] = cases["f"] + cases["v"]
    for name, own in cases.items():
        print(f"{name}: lower lip at the teeth in {100 * np.mean(own):.0f} % of {len(own)}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
