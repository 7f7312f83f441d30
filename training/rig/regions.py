"""Which part of the head is what: inside of the mouth, sides of the lips, head against neck, colours for the landmark net."""
import names
import numpy as np
from names import INDEX
from scipy.spatial import cKDTree


def smoothstep(low, high, x):
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def fill_inside(mesh, ring, first):
    """Quads on the side of the closed ring where vertex `first` lies -> [n] bool."""
    wall, seen, todo = set(ring), {first}, [first]
    while todo:
        for v in mesh.neighbours[todo.pop()]:
            if v not in seen and v not in wall:
                seen.add(v)
                todo.append(v)
    return np.isin(mesh.quads, list(seen)).any(1)


def jaw_weight(jaw_open, lower_seam):
    """jawOpen deltas [V, 3] -> [V] 0..1 by the way down, 1 where the lower lip goes farthest."""
    return np.clip(jaw_open[:, 1] / jaw_open[lower_seam, 1].min(), 0, 1)


def head_weight(vertices):
    """[V] 1 on the head, falling to 0 down the neck (the chin counts as head although it lies low: it lies in front)."""
    return smoothstep(5.9, 6.4, vertices[:, 1] + 0.3 * vertices[:, 2])


def lip_side(rig, reach=0.4):
    """[V] u8: 1 upper, 2 lower, by the nearer seam once the jaw is open; mouth corners count as upper."""
    opened = rig["vertices"] + 0.6 * rig["expressions"][INDEX["jawOpen"]]
    up, low = (cKDTree(opened[rig[n]]).query(opened)[0] for n in ("upperLipSeam", "lowerLipSeam"))
    skin = np.zeros(len(opened), bool)
    skin[np.unique(rig["triangles"][rig["parts"] <= names.CAVITY])] = True
    near = skin & (np.minimum(up, low) < reach)
    side = np.where(near, np.where(up <= low, 1, 2), 0).astype(np.uint8)
    side[rig["upperLipSeam"]] = 1
    side[rig["lowerLipSeam"][1:-1]] = 2
    return side


def paint_face(rig):
    """Skin colours [V, 3] with lips and brows painted, so that the landmark net sees a face."""
    v = rig["vertices"].astype(float)
    colour = np.tile(np.array([225.0, 178, 152]), (len(v), 1))
    x, y, z = v.T
    for outer, seam in (("upperLipOuter", "upperLipSeam"), ("lowerLipOuter", "lowerLipSeam")):
        edge, line = v[rig[outer]], v[rig[seam]]
        a, b = np.interp(x, edge[:, 0], edge[:, 1]), np.interp(x, line[:, 0], line[:, 1])
        lip = (np.minimum(a, b) - 0.004 <= y) & (y <= np.maximum(a, b) + 0.004) & (np.abs(x) < edge[-1, 0]) & (z > 1.3)
        colour[lip] = (196, 118, 110)
    eye = v[rig["leftEyeUpper"]]
    top, inner, outer = eye[:, 1].max(), eye[0, 0], eye[-1, 0]
    share = (np.abs(x) - inner + 0.06) / (outer - inner + 0.12)            # a brow over each eye: up, then down at its end
    arch = top + 0.105 + 0.035 * np.clip(share / 0.6, 0, 1) - 0.06 * np.clip((share - 0.65) / 0.35, 0, 1)
    colour[(np.abs(y - arch) < 0.022) & (share > 0) & (share < 1) & (z > 1)] = (110, 78, 60)
    return colour
