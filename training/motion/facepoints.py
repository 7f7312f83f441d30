"""MediaPipe landmarks: index lists, similarity transforms, and the rig's landmark positions and their derivatives."""

import sys
from pathlib import Path

import numpy as np

from channels import COEFFICIENTS

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# Forehead, nose, eye corners, temples: what speech does not move.
STABLE = [10, 109, 338, 67, 297, 151, 9, 8, 168, 6, 197, 195, 5, 4, 33, 133, 362, 263, 127, 356, 234, 454, 93, 323, 1, 2, 98, 327, 50, 280, 36, 266]
OUTER_LIPS = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409]
INNER_LIPS = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415]
LIDS = [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246, 362, 382, 381, 380, 374, 373, 390, 249, 263, 466, 388, 387, 386, 385, 384, 398]
GAPS = [(82, 87), (13, 14), (312, 317)]  # upper, lower inner lip, three places about the middle
CORNERS = (78, 308)  # inner mouth corners, image left and image right
FACE_HEIGHT = (10, 152)
EYES = {"Left": ((386, 374), (385, 380), (387, 373), (362, 263)), "Right": ((159, 145), (158, 153), (160, 144), (33, 133))}  # three lid pairs, then the corners


def similarity(source, target):
    """scale, R, t with scale * R @ source + t = target in the least squares sense (Umeyama 1991). source, target [n, 3]"""
    p, q = source - source.mean(0), target - target.mean(0)
    u, d, vt = np.linalg.svd(q.T @ p)
    flip = np.array([1, 1, np.sign(np.linalg.det(u @ vt))])
    r = u @ np.diag(flip) @ vt
    s = (d * flip).sum() / (p**2).sum()
    return s, r, target.mean(0) - s * r @ source.mean(0)


def load_rig(path):
    """-> landmarks at rest [468, 3], their shift per unit coefficient [52, 468, 3]; y down and z away from the viewer, as in a picture; decimetres.
    path: rig.bin, or the prototype's correspondence.npz"""
    if str(path).endswith(".npz"):
        rig = np.load(path)
        base, names = rig["base"].astype(float), list(rig["names"])
        moves = rig["J"].astype(float)[[names.index(n) for n in COEFFICIENTS]]
    else:
        from rig.rigfile import landmark_basis, read_rig

        base, moves, _ = landmark_basis(read_rig(path))
    flip = np.array([1, -1, -1.0])
    return base[:468] * flip, moves[:, :468] * flip


def lip_gap(points):
    """inner lip gap over inner mouth width, and that width. points [..., 478, 3] pixels -> [...], [...]"""
    gap = np.mean([np.linalg.norm(points[..., a, :] - points[..., b, :], axis=-1) for a, b in GAPS], 0)
    width = np.linalg.norm(points[..., CORNERS[0], :] - points[..., CORNERS[1], :], axis=-1)
    return gap / width, width


def eye_opening(points, side):
    """lid gap over eye width. points [..., 478, 3] -> [...]"""
    *pairs, (a, b) = EYES[side]
    return np.mean([np.linalg.norm(points[..., u, :2] - points[..., v, :2], axis=-1) for u, v in pairs], 0) / np.linalg.norm(points[..., a, :2] - points[..., b, :2], axis=-1)


def lip_rows(rig):
    """what a coefficient does to the lip gap and the mouth width, both in units of the rest width, linear in the coefficients. -> gap [52], width [52]"""
    base, moves = rig
    width = abs(base[CORNERS[1], 0] - base[CORNERS[0], 0])
    gap = np.mean([moves[:, b, 1] - moves[:, a, 1] for a, b in GAPS], 0) / width
    return gap, (moves[:, CORNERS[1], 0] - moves[:, CORNERS[0], 0]) / width
