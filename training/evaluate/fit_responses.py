"""fit_responses.py RESIDUALS_FOLDER OUT.bin [--noise NOISE.npy]: how MediaPipe's landmarks answer to each coefficient of our renderer, and the best linear way back.

RESIDUALS_FOLDER: what bench/responses.js wrote, for each portrait res-NAME.f32 [2 + 104, 478, 2] (decimetres, head frame; rest at activity 0 and 1, then each coefficient alone at 0.5
and 1.0) and posedelta-NAME.json {dp: [106, 6] pitch, yaw, roll degrees (head frame), log scale, x, y in face heights; N: the neutral landmarks [478, 3]}.

responses B [52, 478, 2]: median over portraits (of both levels, least squares through zero), left and right mirrored onto each other; those of the lids for an eye of mean opening.
noise C: covariance of what a portrait's answers have beyond the median ones times a gain of their own (0.6-1.6), of what the landmarks of turned heads without expression
do (turned-NAME.f32 [frames, 478, 2]), both mirrored too, plus white noise (0.4 mm: a small face on film).
gains P = B C^-1 [52, 478, 2]: generalised least squares (Aitken 1935) then needs only P r and P B^T.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "motion"))
from channels import COEFFICIENTS, INDEX
from rig.rigfile import landmark_basis, read_rig, write_rig

WHITE = 0.004  # decimetres
LIDS = {"Left": ((386, 374), (385, 380), (387, 373)), "Right": ((159, 145), (158, 153), (160, 144))}
SCALED = ("eyeBlink", "eyeLookDown")  # these close a share of the eye's own opening


def openings(neutral):
    """[478, 3] -> opening of left and right eye, decimetres"""
    return np.array([np.mean([neutral[a, 1] - neutral[b, 1] for a, b in pairs]) for pairs in LIDS.values()])


def mirrored_indices(base):
    return np.array([((base * [-1, 1, 1] - p) ** 2).sum(1).argmin() for p in base])


def load(folder):
    names = sorted(p.name[4:-4] for p in folder.glob("res-*.f32"))
    fields = np.array([np.fromfile(folder / f"res-{n}.f32", "f4").reshape(-1, 478, 2)[2:].reshape(52, 2, 478, 2) for n in names]).astype(float)
    told = [json.loads((folder / f"posedelta-{n}.json").read_text()) for n in names]
    poses = np.array([t["dp"] for t in told])[:, 2:].reshape(len(names), 52, 2, 6)
    opening = np.array([openings(np.array(t["N"]).reshape(478, 3)) for t in told])
    turned = [np.fromfile(folder / f"turned-{n}.f32", "f4").reshape(-1, 956).astype(float) if (folder / f"turned-{n}.f32").exists() else np.zeros((0, 956)) for n in names]
    return names, fields, poses, opening, turned


def fit(fields, poses, opening, turned, base):
    mirror = mirrored_indices(base)
    swap = np.array([INDEX[n.replace("Left", "#").replace("Right", "Left").replace("#", "Right")] for n in COEFFICIENTS])

    def both(a):
        return (a + a[swap][:, mirror] * [-1, 1]) / 2

    scale = np.ones((len(fields), 52))
    for e, side in enumerate(LIDS):
        for name in SCALED:
            scale[:, INDEX[name + side]] = np.clip(opening[:, e] / opening.mean(), 0.5, 1.8)
    levels = np.array([0.5, 1.0])
    linear = (fields * levels[None, None, :, None, None]).sum(2) / (levels**2).sum() / scale[:, :, None, None]
    responses = both(np.median(linear, 0))
    flat = responses.reshape(52, -1)
    rest = []
    for field, s in zip(fields, scale):
        for level in range(2):
            asked = levels[level] * s[:, None] * flat
            seen = field[:, level].reshape(52, -1)
            gain = np.clip((seen * asked).sum(1) / ((asked**2).sum(1) + 1e-12), 0.6, 1.6)
            rest.append(seen - gain[:, None] * asked)
    rest = np.concatenate(rest + turned)
    rest = np.concatenate([rest, (rest.reshape(-1, 478, 2)[:, mirror] * [-1, 1]).reshape(len(rest), -1)])
    bias = np.median((poses * levels[None, None, :, None]).sum(2) / (levels**2).sum(), 0)
    bias = (bias + bias[swap] * [1, -1, -1, 1, -1, 1]) / 2
    return responses, rest.T @ rest / len(rest), bias, opening.mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path), parser.add_argument("out", type=Path)
    parser.add_argument("--noise", type=Path, help="covariance [956, 956] of real takes at rest, added")
    parser.add_argument("--rig", type=Path, default=Path(__file__).parents[2] / "models/default/rig.bin")
    parser.add_argument("--without", default="", help="portraits left out, comma separated: those to test on")
    options = parser.parse_args()
    base = landmark_basis(read_rig(options.rig))[0]
    names, fields, poses, opening, turned = load(options.folder)
    kept = [i for i, n in enumerate(names) if n not in options.without.split(",")]
    responses, noise, bias, mean_opening = fit(fields[kept], poses[kept], opening[kept], [turned[i] for i in kept], base)
    if options.noise:
        noise = noise + np.load(options.noise)
    flat = responses.reshape(52, -1)
    gains = np.linalg.solve(noise + WHITE**2 * np.eye(len(noise)), flat.T).T
    meta = {"portraits": len(kept), "whiteNoise": WHITE}
    write_rig(options.out, {"responses": responses, "gains": gains.reshape(52, 478, 2), "poseBias": bias.astype(np.float32), "lidOpening": np.array([mean_opening], np.float32), "meta": meta}, ("responses", "gains"))
    for name, row in zip(COEFFICIENTS, bias):
        print(name, row.round(3).tolist())


if __name__ == "__main__":
    main()
