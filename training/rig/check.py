"""Measures a rig.bin: lips, lids, teeth behind skin. usage: check.py RIG.bin"""
import sys

import cv2
import names
import numpy as np
from names import COEFFICIENTS
from render import draw
from rigfile import read_rig
from sheet import pose

SIZE, SPAN, MIDDLE = 420, 0.9, np.array([0, 6.58, 1.2])
INSIDE = [names.UPPER_GUM, names.LOWER_GUM, names.UPPER_TEETH, names.LOWER_TEETH, names.TONGUE, names.CAVITY]


def seen_outside(rig, vertices, yaw):
    """-> (pixels of teeth, gums, tongue or cavity seen outside the opening between the lips, all pixels of them)."""
    _, which, (rotation, scale, middle) = draw(rig, vertices, SIZE, MIDDLE, SPAN, yaw)
    inside = (which > 0) & np.isin(rig["parts"][np.maximum(which - 1, 0)], INSIDE)
    loop = np.concatenate([rig["upperLipSeam"], rig["lowerLipSeam"][::-1]])
    points = (vertices[loop] - middle) @ rotation.T * scale
    opening = np.zeros((SIZE, SIZE), np.uint8)
    both = np.stack([points[:, 0] + SIZE / 2, SIZE / 2 - points[:, 1]], 1)
    cv2.fillPoly(opening, [np.rint(both).astype(np.int32)], 1)
    opening = cv2.dilate(opening, np.ones((5, 5)))
    return int((inside & (opening == 0)).sum()), int(inside.sum())


def gap(rig, vertices, first="upperLipSeam", second="lowerLipSeam"):
    """Largest and mean vertical distance between two paths (upper minus lower, decimetres), over their common x."""
    a, b = vertices[rig[first]], vertices[rig[second]]
    x = np.linspace(max(a[:, 0].min(), b[:, 0].min()), min(a[:, 0].max(), b[:, 0].max()), 80)[2:-2]
    order = lambda p: p[np.argsort(p[:, 0])]
    a, b = order(a), order(b)
    d = np.interp(x, a[:, 0], a[:, 1]) - np.interp(x, b[:, 0], b[:, 1])
    return d.max(), d.min()


if __name__ == "__main__":
    rig = read_rig(sys.argv[1])
    v = rig["vertices"]
    width = np.ptp(v[rig["upperLipSeam"]][:, 0])
    sets = [{}] + [{n: 1.0} for n in COEFFICIENTS if n[:3] in ("jaw", "mou", "che", "nos", "ton")]
    both = lambda stem, x=1.0: {stem + "Left": x, stem + "Right": x}
    sets += [{"jawOpen": 1, "mouthClose": 1}, {"jawOpen": 0.5, **both("mouthSmile", 0.5)}, both("mouthSmile"), both("mouthPress"), both("mouthStretch"),
             {"mouthRollLower": 1, "mouthRollUpper": 1}, {"mouthPucker": 1, "jawOpen": 0.3}, {"mouthFunnel": 1, "jawOpen": 0.3}, {**both("mouthDimple"), **both("mouthPress")}]
    rng = np.random.default_rng(1)
    for k in range(10):
        sets += [{f"id{k}": s, "jawOpen": 0.2} for s in (-2, 2)]
    sets += [{f"id{k}": x for k, x in enumerate(rng.normal(size=40))} for _ in range(6)]
    for s in sets:
        w = pose(rig, s)
        outside = [seen_outside(rig, w, yaw) for yaw in (0, 35, -35)]
        top, low = gap(rig, w)
        label = " ".join(f"{n}={x:g}" for n, x in s.items())[:60]
        corner = np.ptp(w[rig["upperLipSeam"]][:, 0]) / width
        print(f"{label:62s} lip gap {100 * top / width:6.2f} {100 * low / width:6.2f} %  width {corner:.2f}  inside pixels {outside[0][1]:6d}  outside opening {[o[0] for o in outside]}", flush=True)
    for side in ("left", "right"):
        eye = np.ptp(v[rig[f"{side}EyeUpper"]][:, 0])
        for x in (0, 1):
            w = pose(rig, {f"eyeBlink{side.capitalize()}": x})
            top, low = gap(rig, w, f"{side}EyeUpper", f"{side}EyeLower")
            print(side, "blink", x, f"{100 * top / eye:.2f} {100 * low / eye:.2f} %")
