"""Eyeballs, lid margins, blinks and gaze."""
import numpy as np

import makehuman as mh
from lips import along
from names import INDEX

RINGS, SECTORS, CAP_DEGREES = 9, 20, 105        # the eyeball's front; the rest is never seen
IRIS_RADIUS = 0.0585                             # decimetres: human irises measure 11.7 mm
GAZE_DEGREES = {"In": 24.0, "Out": 24.0, "Up": 15.0, "Down": 21.0}


def fit_sphere(points):
    """Least-squares sphere -> (centre [3], radius)."""
    solution = np.linalg.lstsq(np.c_[2 * points, np.ones(len(points))], (points**2).sum(1), rcond=None)[0]
    return solution[:3], float(np.sqrt(solution[3] + solution[:3] @ solution[:3]))


def eyeball(centre, radius):
    """-> vertices [1 + RINGS * SECTORS, 3] (the pupil first), triangles [T, 3], outward."""
    polar = np.radians(CAP_DEGREES) * (np.arange(1, RINGS + 1) / RINGS)
    around = 2 * np.pi * np.arange(SECTORS) / SECTORS
    p, a = np.meshgrid(polar, around, indexing="ij")
    ring = np.stack([np.sin(p) * np.cos(a), np.sin(p) * np.sin(a), np.cos(p)], -1).reshape(-1, 3)
    vertices = centre + radius * np.concatenate([[[0, 0, 1]], ring])
    at = lambda r, s: 1 + r * SECTORS + s % SECTORS
    triangles = [(0, at(0, s), at(0, s + 1)) for s in range(SECTORS)]
    for r in range(RINGS - 1):
        for s in range(SECTORS):
            triangles += [(at(r, s), at(r + 1, s), at(r + 1, s + 1)), (at(r, s), at(r + 1, s + 1), at(r, s + 1))]
    return vertices, np.array(triangles)


def iris_points(centre, radius):
    """MediaPipe's five iris points of one eye on the ball: centre, image right, top, image left, bottom -> [5, 3]."""
    depth = np.sqrt(radius**2 - IRIS_RADIUS**2)
    ring = [(IRIS_RADIUS, 0), (0, IRIS_RADIUS), (-IRIS_RADIUS, 0), (0, -IRIS_RADIUS)]
    return centre + np.array([(0, 0, radius)] + [(x, y, depth) for x, y in ring])


def gaze(vertices, centre, side, direction):
    """Delta of eyeball vertices [n, 3] for eyeLook{direction}{side}: the chord of the turn."""
    degrees = GAZE_DEGREES[direction]
    outward = 1 if side == "Left" else -1        # the person's left is +x
    if direction in ("In", "Out"):
        angle = np.radians(degrees) * outward * (1 if direction == "Out" else -1)
        c, s = np.cos(angle), np.sin(angle)
        rotation = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    else:
        angle = np.radians(degrees) * (1 if direction == "Down" else -1)
        c, s = np.cos(angle), np.sin(angle)
        rotation = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    return (vertices - centre) @ rotation.T + centre - vertices


def mirror_map(vertices):
    """For each vertex its mirror image's number (x -> -x)."""
    from scipy.spatial import cKDTree
    return cKDTree(vertices).query(vertices * [-1, 1, 1])[1]


def lid_rings(mesh, vertices, outside=8, inside=3):
    """Left eye: rings from `inside` rings behind the lid margin to `outside` rings before it, in step;
    -> (rings, index of the margin, upper places, lower places); places run image left to image right, corners in both."""
    top = mh.LEFT_LID_MARGIN
    second = next(v for v in mesh.neighbours[top] if abs(vertices[v, 1] - vertices[top, 1]) < 0.02 and vertices[v, 0] > vertices[top, 0] + 0.005)
    margin = mesh.ring(top, second)
    rings = [margin]
    seen = set(margin)

    def grow(at_end):
        ring = rings[-1] if at_end else rings[0]
        options = [v for v in mesh.neighbours[ring[0]] if v not in seen]
        return mesh.across(ring, options[0]) if len(options) == 1 else None

    neighbours = [v for v in mesh.neighbours[top] if v not in seen]
    behind, front = sorted(neighbours, key=lambda v: vertices[v, 2])
    inner, outer = mesh.across(margin, behind), mesh.across(margin, front)
    rings = [inner, margin, outer]
    seen |= set(inner) | set(outer)
    for _ in range(outside - 1):
        try:
            ring = grow(True)
        except ValueError:
            ring = None
        if ring is None:
            break
        rings.append(ring)
        seen |= set(ring)
    for _ in range(inside - 1):
        ring = grow(False)
        rings.insert(0, ring)
        seen |= set(ring)
    x = vertices[margin, 0]
    n, right, left = len(x), int(x.argmax()), int(x.argmin())
    forward = [(left + i) % n for i in range((right - left) % n + 1)]
    backward = [(left - i) % n for i in range((left - right) % n + 1)]
    upper, lower = (forward, backward) if vertices[np.array(margin)[forward], 1].mean() > vertices[np.array(margin)[backward], 1].mean() else (backward, forward)
    return rings, inside, upper, lower


LID_FALLOFF = (1.0, 0.92, 0.8, 0.65, 0.5, 0.34, 0.2, 0.1, 0.04)


def close_lids(base, blink, rings, margin, upper, lower):
    """Makes a blink of 1 close the eye exactly: the upper margin lands on the lower one; blink [N, 3] in place. -> largest correction."""
    edge = np.array(rings[margin])
    at_upper, at_lower = along(base[edge[upper]]), along(base[edge[lower]])
    goal = base[edge[lower]] + blink[edge[lower]]
    goal = np.stack([np.interp(at_upper, at_lower, goal[:, k]) for k in range(3)], 1)
    rest = goal - base[edge[upper]] - blink[edge[upper]]
    for k, ring in enumerate(rings):
        weight = LID_FALLOFF[abs(k - margin)] if abs(k - margin) < len(LID_FALLOFF) else 0
        blink[np.array(ring)[upper[1:-1]]] += weight * rest[1:-1]
    return np.linalg.norm(rest[1:-1], axis=1).max()
