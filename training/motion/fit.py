"""fit.py TRACKS_FOLDER RIG OUT.npz: the rig's coefficients of every tracked frame of one talker.

RIG: rig.bin or the prototype's correspondence.npz. OUT: names [clips], lengths [clips], coefficients [frames, 52] (clips one after the other), gap [frames]
(the real lip gap over the rest mouth width), width [frames] (mouth width over rest), and the fit's own measures.

For each frame the head's motion is taken out with landmarks that speech does not move; what is left, against the talker's face at rest with lips shut, is explained by the
rig's shapes: minimise sum_l w_l^2 |J c - shift|^2 + ridge |c|^2 + smooth |c_t - c_(t-1)|^2 + gapWeight_t (g c - gap_t)^2 with 0 <= c <= 1, for all frames together,
by accelerated projected gradient (Beck & Teboulle 2009, FISTA, with the restart of O'Donoghue & Candes 2015).
"""

import sys
from pathlib import Path

import numpy as np

from channels import COEFFICIENTS, INDEX
from facepoints import CORNERS, GAPS, INNER_LIPS, LIDS, OUTER_LIPS, STABLE, eye_opening, lip_gap, lip_rows, load_rig, similarity

RIDGE, SMOOTH = 0.058, 0.05  # prototype/anny_rig's ridge (0.24^2), in (weighted decimetres)^2
GAP_WEIGHT, CLOSED_WEIGHT = 85.0, 400.0  # open frames, shut frames
CLOSED = 0.02  # gap over inner mouth width below which lips count as shut (../../docs: measures)
WEIGHT = np.ones(468)
WEIGHT[OUTER_LIPS + INNER_LIPS], WEIGHT[LIDS], WEIGHT[INNER_LIPS] = 3, 2, 5


def load_tracks(folder):
    """-> clip names, landmarks per clip [frames, 478, 3] (frames without a face are filled from their neighbours)"""
    names, tracks = [], []
    for path in sorted(Path(folder).glob("*.npz")):
        points = np.load(path)["landmarks"].astype(np.float64)
        good = np.flatnonzero(~np.isnan(points[:, 0, 0]))
        if path.stem.endswith(".partial") or len(good) < len(points) * 0.9:
            continue
        near = good[np.abs(np.arange(len(points))[:, None] - good[None]).argmin(1)]
        names.append(path.stem), tracks.append(points[near])
    return names, tracks


def remove_head(tracks):
    """every frame moved onto one common face by its stable landmarks -> canonical [frames, 468, 3], the talker's rest [468, 3]"""
    reference = tracks[0][lip_gap(tracks[0])[0].argmin(), :468]
    for _ in range(2):
        canonical = []
        for frame in np.concatenate(tracks):
            s, r, t = similarity(reference[STABLE], frame[STABLE])
            canonical.append((frame[:468] - t) @ r / s)
        canonical = np.array(canonical)
        shut = lip_gap(canonical)[0] < 0.015
        reference = np.median(canonical[shut], 0)
    return canonical, reference


def rest_of_clips(canonical, lengths, rest):
    """[clips, 468, 3]: the talker's rest, moved by what this clip's silent, shut frames (its first 12 and last 20) say, shrunk towards the common one when they are few"""
    out, start = [], 0
    for n in lengths:
        clip = canonical[start : start + n]
        start += n
        ends = np.r_[np.arange(min(12, n)), np.arange(max(0, n - 20), n)]
        shut = clip[ends][lip_gap(clip[ends])[0] < 0.025]
        out.append(rest + (shut - rest).sum(0) / (len(shut) + 8))
    return np.array(out)


def solve(targets, gaps, shut, starts, moves, gap_row, iterations=300):
    """the quadratic programme of the module's head. targets [frames, 468, 2] decimetres, gaps [frames] rest widths, shut [frames] bool, starts [frames] bool (first of a clip) -> [frames, 52]"""
    a = (moves[:, :, :2] * WEIGHT[None, :, None]).reshape(52, -1)
    hessian = a @ a.T + RIDGE * np.eye(52)
    linear = (targets * WEIGHT[None, :, None]).reshape(len(targets), -1) @ a.T
    weight = np.where(shut, CLOSED_WEIGHT, GAP_WEIGHT)
    same = (~starts[1:]).astype(float)[:, None]
    hessian, linear, gap_row, gaps, weight, same = (v.astype(np.float32) for v in (hessian, linear, gap_row, gaps, weight, same))
    step = np.float32(1 / (np.linalg.eigvalsh(hessian)[-1] + CLOSED_WEIGHT * gap_row @ gap_row + 4 * SMOOTH))
    c = np.zeros((len(targets), 52), np.float32)
    y, momentum = c.copy(), 1.0
    for _ in range(iterations):
        gradient = y @ hessian - linear + (weight * (y @ gap_row - gaps))[:, None] * gap_row
        jump = (y[1:] - y[:-1]) * same * SMOOTH
        gradient[1:] += jump
        gradient[:-1] -= jump
        new = np.clip(y - step * gradient, 0, 1)
        if ((y - new) * (new - c)).sum() > 0:
            momentum = 1.0
        following = (1 + float(np.sqrt(1 + 4 * momentum**2))) / 2
        y, c, momentum = new + (momentum - 1) / following * (new - c), new, following
    return c


def blinks(landmarks):
    """0 open .. 1 shut of both eyes from the lid gap against the clip's own open eyes. landmarks [frames, 478, 3] -> [frames, 2] (left, right)"""
    out = []
    for side in ("Left", "Right"):
        opening = eye_opening(landmarks, side)
        wide = np.percentile(opening, 85)
        out.append(np.clip((0.85 - opening / wide) / 0.65, 0, 1))  # 85 % open: no blink; 20 %: shut (facts/liveliness.md)
    return np.stack(out, 1)


def fit(tracks, rig):
    base, moves = rig
    lengths = [len(t) for t in tracks]
    canonical, rest = remove_head(tracks)
    clip_of = np.repeat(np.arange(len(tracks)), lengths)
    s0, r0, _ = similarity(base[STABLE], rest[STABLE])
    shift = (canonical - rest_of_clips(canonical, lengths, rest)[clip_of]) / s0
    width = np.linalg.norm(rest[CORNERS[1]] - rest[CORNERS[0]])
    real = np.mean([canonical[:, b, 1] - canonical[:, a, 1] for a, b in GAPS], 0) / width
    shut = lip_gap(canonical)[0] < CLOSED
    real = np.maximum(real - np.median(real[shut]), 0)
    real[shut] = 0
    rotated = moves @ r0.T  # the rig's shapes seen from the camera
    seen_gap = np.mean([rotated[:, b, 1] - rotated[:, a, 1] for a, b in GAPS], 0) / (width / s0)
    coefficients = solve(shift[:, :, :2], real, shut, np.r_[True, np.diff(clip_of) > 0], rotated, seen_gap)
    coefficients[:, [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]] = np.concatenate([blinks(t) for t in tracks])
    row, _ = lip_rows(rig)
    corner = (shift[:, CORNERS[1], 0] - shift[:, CORNERS[0], 0]) / (width / s0)
    fitted_corner = coefficients @ (rotated[:, CORNERS[1], 0] - rotated[:, CORNERS[0], 0]) / (width / s0)
    residual = (np.einsum("fc,cld->fld", coefficients, rotated[:, INNER_LIPS + OUTER_LIPS, :2]) - shift[:, INNER_LIPS + OUTER_LIPS, :2]) * s0
    measures = dict(
        gap_r=np.corrcoef(coefficients @ seen_gap, real)[0, 1],
        gap_slope=np.polyfit(real, coefficients @ row, 1)[0],
        closed_rig_gap_p95=np.percentile((coefficients @ row)[shut], 95),
        closed_share_below_2_percent=((coefficients @ row)[shut] < CLOSED).mean(),
        width_r=np.corrcoef(corner, fitted_corner)[0, 1],
        lip_residual_pixels=np.abs(residual).mean(),
        blinks_a_minute=((coefficients[1:, 0] > 0.5) & (coefficients[:-1, 0] <= 0.5)).sum() / (len(clip_of) / 25 / 60),
    )
    return dict(lengths=np.array(lengths), coefficients=coefficients.astype(np.float32), gap=real.astype(np.float32), width=corner.astype(np.float32), shut=shut, **measures)


if __name__ == "__main__":
    names, tracks = load_tracks(sys.argv[1])
    result = fit(tracks, load_rig(sys.argv[2]))
    print({k: round(float(v), 4) for k, v in result.items() if np.ndim(v) == 0}, len(names), "clips")
    for name, mean in zip(COEFFICIENTS, result["coefficients"].mean(0)):
        print(f"{name} {mean:.3f}", end="; ")
    np.savez_compressed(sys.argv[3], names=np.array(names), **result)
