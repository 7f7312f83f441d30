"""The jawbone's own motion, read from the skin of the chin, and parts that follow the face."""
import numpy as np
from names import INDEX

JAW_SHAPES = ("jawOpen", "jawForward", "jawLeft", "jawRight")


def jaw_motions(points, expressions, chin):
    """Best rigid chord for each jaw shape from chin skin (chin: vertex numbers) -> dict name -> (matrix [3, 3], shift [3]): delta = matrix @ p + shift.

    A turn about x is kept whole (cosine and sine), turns about y and z to first order."""
    p, motions = points[chin], {}
    zero, one = np.zeros(len(p)), np.ones(len(p))
    x, y, z = p.T
    columns = np.stack([  # unknowns: shift x, y, z; cos - 1, sin about x; turn about y; turn about z
        np.r_[one, zero, zero], np.r_[zero, one, zero], np.r_[zero, zero, one],
        np.r_[zero, y, z], np.r_[zero, -z, y], np.r_[z, zero, -x], np.r_[-y, x, zero]], 1)
    for name in JAW_SHAPES:
        delta = expressions[INDEX[name]][chin]
        right = delta.T.reshape(-1)
        s = np.linalg.lstsq(columns, right, rcond=None)[0]
        s[3] = np.sqrt(1 - s[4] ** 2) - 1                   # a true turn: cos - 1 of the angle whose sine was found
        s[:3] = np.linalg.lstsq(columns[:, :3], right - columns[:, 3:] @ s[3:], rcond=None)[0]
        matrix = np.array([[0, -s[6], s[5]], [s[6], s[3], -s[4]], [-s[5], s[4], s[3]]])
        motions[name] = (matrix, s[:3])
    return motions


def follow_jaw(points, motions, weight=1.0):
    """Expression deltas [52, n, 3] of something fixed to the jaw; weight: number or [n]."""
    out = np.zeros((len(INDEX), len(points), 3))
    for name, (matrix, shift) in motions.items():
        out[INDEX[name]] = np.reshape(weight, (-1, 1)) * (points @ matrix.T + shift)
    return out


def affine_modes(anchors, deltas, points):
    """Carries points [n, 3] along with anchors [m, 3] whose identity deltas are known [K, m, 3]: one affine map per mode -> [K, n, 3]."""
    basis = np.c_[anchors, np.ones(len(anchors))]
    solution = np.linalg.lstsq(basis, deltas.transpose(1, 0, 2).reshape(len(anchors), -1), rcond=None)[0]
    return (np.c_[points, np.ones(len(points))] @ solution).reshape(len(points), len(deltas), 3).transpose(1, 0, 2)
