"""Contact sheets of the rig to look at. usage: sheet.py RIG.bin OUT.png [face|mouth|eyes|side] [name=weight,name=weight ...]..."""
import sys

import cv2
import numpy as np
from names import COEFFICIENTS, INDEX
from render import draw
from rigfile import read_rig

CAMERAS = {"face": ((0, 7.0, 0.6), 2.0, 0), "mouth": ((0, 6.58, 1.4), 0.75, 0), "eyes": ((0, 7.29, 1.3), 1.15, 0), "side": ((0, 7.0, 0.6), 2.2, 60),
           "mouthside": ((0, 6.58, 1.4), 0.75, 50)}


def pose(rig, weights):
    """weights {coefficient: value, 'idK': value} -> vertices [V, 3]."""
    v = rig["vertices"].astype(float).copy()
    for name, x in weights.items():
        v += x * (rig["identities"][int(name[2:])] if name.startswith("id") else rig["expressions"][INDEX[name]])
    return v


def tile(rig, weights, camera, size=380, label=None):
    middle, span, yaw = CAMERAS[camera]
    eyes = [rig["vertices"][np.unique(rig["triangles"][rig["parts"] == p])] for p in (7, 8)]
    v = pose(rig, weights)
    pupils = [v[np.unique(rig["triangles"][rig["parts"] == p])[0]] for p in (7, 8)] if len(eyes[0]) else []
    picture = draw(rig, v, size, middle, span, yaw, iris=(pupils, 0.06))[0][..., ::-1].copy()
    text = label if label is not None else " ".join(f"{k}{'' if x == 1 else f' {x:g}'}" for k, x in weights.items()) or "rest"
    cv2.putText(picture, text, (6, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (255, 255, 255), 1, cv2.LINE_AA)
    return picture


def sheet(tiles, columns):
    blank = np.full_like(tiles[0], 60)
    tiles = tiles + [blank] * (-len(tiles) % columns)
    return np.vstack([np.hstack(tiles[k : k + columns]) for k in range(0, len(tiles), columns)])


if __name__ == "__main__":
    rig, camera = read_rig(sys.argv[1]), sys.argv[3] if len(sys.argv) > 3 else "face"
    sets = [dict((n, float(x)) for n, x in (p.split("=") for p in a.split(",") if p)) for a in sys.argv[4:]] or [{}] + [{n: 1.0} for n in COEFFICIENTS]
    cv2.imwrite(sys.argv[2], sheet([tile(rig, s, camera) for s in sets], 4 if len(sets) < 20 else 8))
