"""overlays.py FIT.npz TRACKS_FOLDER GRID_VIDEO_FOLDER RIG.bin OUT.jpg: does the rig follow the real mouth? Twelve frames of GRID with the fitted rig's mesh drawn on them.

FIT.npz: what training/motion/fit.py wrote; TRACKS: training/motion/track.py's. The rig gets the talker's shape (its identities, fitted to his face at rest) and is laid on each frame by the landmarks that speech
does not move; what moves lips and lids in the picture are the fit's coefficients alone. White: the mesh; yellow: its inner lips; green dots: MediaPipe's inner lips and lids in the frame.
"""

import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "motion"))
sys.path.insert(0, str(Path(__file__).parents[1]))
from film import read_frames
from sheets import label
from teeth import REACH, lip_lift

from channels import INDEX
from facepoints import INNER_LIPS, LIDS, STABLE, lip_gap, similarity
from fit import remove_head
from rig.rigfile import landmark_basis, landmarks_of, read_rig

FLIP = np.array([1, -1, -1.0])  # the rig's y up and z near -> a picture's y down and z far
LIP_RING = INNER_LIPS[:11] + INNER_LIPS[:10:-1]  # once round
TILE, COLUMNS, IDENTITY_RIDGE = 300, 4, 0.02


def fit_identity(rig, rest):
    """the talker's rest landmarks [468, 3], pixels -> weights of the rig's identities [40]: ridge regression between similarity transforms"""
    base, _, moves = (part[..., :468, :] * FLIP for part in landmark_basis(rig))
    weights = np.zeros(len(moves))
    for _ in range(8):
        shape = base + np.einsum("k,kld->ld", weights, moves)
        s, r, t = similarity(rest, shape)
        target = (s * rest @ r.T + t - base)[:, :2]
        a = moves[:, :, :2].reshape(len(moves), -1)
        weights = np.linalg.solve(a @ a.T + IDENTITY_RIDGE * np.eye(len(a)), a @ target.ravel())
    return weights


def choose_frames(coefficients, shut, gap, width, tracks):
    """-> [(title, clip, frame of the clip)]: the extremes of what the fit must follow, each from another clip"""
    lift, ratio = (np.concatenate(parts) for parts in zip(*(lip_lift(t) for t in tracks), strict=True))
    lengths = [len(t) for t in tracks]
    clips, indices = np.repeat(np.arange(len(tracks)), lengths), np.concatenate([np.arange(n) for n in lengths])
    among = lambda which, score: np.where(which, score, -99)
    c = lambda name: coefficients[:, INDEX[name]]
    lids = c("eyeBlinkLeft") + c("eyeBlinkRight")
    scores = [
        ("closed", among(shut, c("mouthPressLeft"))), ("closed, wide", among(shut, width)), ("closed, pursed", among(shut, -width)), ("half open", -np.abs(gap - np.percentile(gap, 80))),
        ("open", gap), ("round", gap - width), ("pucker", c("mouthPucker")), ("wide", among(gap > np.percentile(gap, 50), width)),
        ("teeth on lip", among((lift < REACH / 2) & (ratio > 0.06), ratio - lift)), ("teeth on lip", among((lift < REACH / 2) & (ratio > 0.06), c("mouthRollLower"))),
        ("blink", lids - 3 * gap), ("blink", lids + 3 * gap),
    ]  # fmt: skip
    chosen, used = [], set()
    for title, score in scores:
        best = next(i for i in np.argsort(score)[::-1] if clips[i] not in used and 3 < indices[i] < lengths[clips[i]] - 3)
        used.add(clips[best])
        chosen.append((title, int(clips[best]), int(indices[best])))
    return chosen


def draw_mesh(picture, rig, vertices, lips):
    """vertices [V, 3] and inner lips once round [20, 3] in the picture's pixels; front faces of the skin only"""
    faces = rig["triangles"][rig["parts"] == 0].astype(int)
    a, b, c = (vertices[faces[:, k], :2] for k in range(3))
    front = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    front = front * np.sign(np.median(front)) > 0
    layer = picture.copy()
    for triangle in faces[front & (vertices[faces, 2].mean(1) < np.percentile(vertices[faces, 2].mean(1), 60))]:
        cv2.polylines(layer, [np.round(vertices[triangle, :2] * 16).astype(np.int32)], True, (255, 255, 255), 1, cv2.LINE_AA, 4)
    picture = cv2.addWeighted(layer, 0.35, picture, 0.65, 0)
    cv2.polylines(picture, [np.round(lips[:, :2] * 16).astype(np.int32)], True, (255, 220, 0), 1, cv2.LINE_AA, 4)
    return picture


def place(points, scale, rotation, shift):
    """the rig's points [n, 3] -> the frame's pixels"""
    return scale * (points * FLIP) @ rotation.T + shift


def crop(frame, points):
    """the face, enlarged: picture [TILE, TILE, 3], and the points in it"""
    low, high = points[:468, :2].min(0), points[:468, :2].max(0)
    side = 1.1 * (high - low).max()
    corner = (low + high) / 2 - side / 2
    zoom = TILE * 2 / side
    matrix = np.array([[zoom, 0, -corner[0] * zoom], [0, zoom, -corner[1] * zoom]])
    return cv2.warpAffine(frame, matrix, (TILE * 2, TILE * 2), flags=cv2.INTER_CUBIC), lambda p: (p * zoom - np.array([*corner, 0]) * zoom)


def main(fit_path, tracks_folder, videos, rig_path, out):
    fitted, rig = np.load(fit_path), read_rig(rig_path)
    names, lengths = fitted["names"].tolist(), fitted["lengths"]
    near = lambda points: np.where(np.isfinite(points), points, np.nanmedian(points, axis=0))
    tracks = [near(np.load(Path(tracks_folder) / f"{name}.npz")["landmarks"].astype(float)) for name in names]
    _, rest = remove_head(tracks[::20])
    neutral = rig["vertices"] + np.einsum("k,kvd->vd", fit_identity(rig, rest), rig["identities"])
    starts, coefficients, tiles = np.cumsum(lengths) - lengths, fitted["coefficients"], []
    for title, clip, index in choose_frames(coefficients, fitted["shut"], fitted["gap"], fitted["width"], tracks):
        points, frame = tracks[clip][index], list(read_frames(Path(videos) / f"{names[clip]}.mp4"))[index]
        vertices = neutral + np.einsum("k,kvd->vd", coefficients[starts[clip] + index], rig["expressions"])
        move = similarity((landmarks_of(rig, neutral) * FLIP)[STABLE], points[STABLE])
        picture, zoomed = crop(frame, points)
        picture = draw_mesh(picture, rig, zoomed(place(vertices, *move)), zoomed(place(landmarks_of(rig, vertices)[LIP_RING], *move)))
        for x, y in zoomed(points)[INNER_LIPS + LIDS, :2]:
            cv2.circle(picture, (int(x * 16), int(y * 16)), 24, (60, 255, 60), -1, cv2.LINE_AA, 4)
        picture = cv2.resize(picture, (TILE, TILE), interpolation=cv2.INTER_AREA)
        tiles.append(label(picture, f"{title}: {names[clip]} {index / 25:.2f} s, gap {lip_gap(points)[0]:.2f}"))
    rows = [np.hstack(tiles[k : k + COLUMNS]) for k in range(0, len(tiles), COLUMNS)]
    cv2.imwrite(str(out), np.vstack(rows)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 82])


if __name__ == "__main__":
    main(*sys.argv[1:6])
