"""check_motion.py NET.pt TAKES RIG [DATA [OUT.json]]: the motion's own numbers, before any rendering. Prints one JSON object.

held-out GRID sentences: r of the lip gap (mean, worst), amplitude, closures; seams between clips; two seeds; still lips without a voice; the speed condition; flite's closures.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

from channels import FPS, INDEX
from data import head_speed
from facepoints import lip_rows, load_rig
from sample import SAMPLER, load_net, sample_motion
from speech import count_frames, speech_tokens
from takes import TAIL, VALIDATION_EVERY, make_still
from talkers import LIP_PHONES, VOICES, say, sentences

CLOSED = 0.02


def round_all(record):
    return {k: round(float(v), 4) for k, v in record.items()}


def evaluate_held(net, takes, gap_row, width_row, sampler, seed=0):
    held = [np.load(p) for p in sorted(Path(takes).glob("held-*.npz"))]
    frames = 75
    tokens = [h["tokens"].astype(np.float32) for h in held]
    real = np.stack([h["mouth"][:frames].astype(np.float32) for h in held]) @ gap_row
    motion = [sample_motion(*net, tokens, frames, seed + k, sampler=sampler).numpy() for k in (0, 1)]
    made, other = (m[..., :52] @ gap_row for m in motion)
    r = np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(made, real)])
    shift = {lag: np.mean([np.corrcoef(np.roll(a, lag)[3:-3], b[3:-3])[0, 1] for a, b in zip(made, real)]) for lag in (-2, -1, 0, 1, 2)}
    closed = real < 0.01
    speed = np.abs(np.diff(made, axis=1))
    seam = np.abs(np.diff(motion[0], axis=1))[:, 59]
    usual = np.abs(np.diff(motion[0], axis=1))[:, np.r_[20:59, 60:74]]
    scale = usual.reshape(-1, 58).std(0) + 1e-4
    head = [m[..., 52:55] - m[..., 52:55].mean(1, keepdims=True) for m in motion]
    return round_all(dict(
        r_mean=r.mean(), r_worst=r.min(), r_tenth=np.percentile(r, 10), best_lag_frames=max(shift, key=shift.get), amplitude_p95=np.percentile(made, 95) / np.percentile(real, 95),
        gap_speed_p99=np.percentile(speed, 99) / np.percentile(np.abs(np.diff(real, axis=1)), 99), closed_where_real_closed=(made[closed] < CLOSED).mean(), open_where_real_closed_mean=made[closed].mean(),
        width_r=np.mean([np.corrcoef(a, b)[0, 1] for a, b in zip(motion[0][..., :52] @ width_row, np.stack([h["mouth"][:frames].astype(np.float32) for h in held]) @ width_row)]),
        seeds_lips_r=np.mean([np.corrcoef(a, b)[0, 1] for a, b in zip(made, other)]), seeds_head_r=np.corrcoef(head[0].ravel(), head[1].ravel())[0, 1],
        seam_over_p99=(np.quantile((seam / scale).mean(-1), 0.5) / np.quantile((usual / scale).mean(-1), 0.99)), head_sd_pitch=motion[0][..., 52].std(1).mean(), head_sd_yaw=motion[0][..., 53].std(1).mean(), head_sd_roll=motion[0][..., 54].std(1).mean(),
        blinks_a_minute=((motion[0][:, 1:, 0] > 0.5) & (motion[0][:, :-1, 0] <= 0.5)).sum() / (len(held) * frames / FPS / 60), brow_sd=motion[0][..., INDEX["browInnerUp"]].std(1).mean(),
        smile_mean=motion[0][..., INDEX["mouthSmileLeft"]].mean(),
    ))  # fmt: skip


def evaluate_still(net, gap_row, width_row, sampler, count=12):
    """lips still: gap under 2 % of the width and less than 1 % a frame of change"""
    shares, alive = {}, []
    for kind, make in {"silence": lambda rng: np.zeros(6 * 16000), "noise and music": make_still}.items():
        rng = np.random.default_rng(77)
        rows = [speech_tokens(np.resize(make(rng), 6 * 16000))[0] for _ in range(1 if kind == "silence" else count)]
        motion = sample_motion(*net, rows, 150, 3, sampler=sampler).numpy()
        gap = motion[..., :52] @ gap_row
        shares[kind] = np.mean((gap < CLOSED) & (np.abs(np.diff(gap, axis=1, prepend=gap[:, :1])) < 0.01))
        alive.append(float(head_speed(torch.from_numpy(motion)).mean()))
    return round_all({**{f"still_lips_{k}": v for k, v in shares.items()}, "head_speed_in_silence": alive[0]})


def evaluate_speed(net, takes, sampler):
    paths = sorted(Path(takes).glob("held-*.npz"))[:16]
    tokens = [np.load(p)["tokens"].astype(np.float32) for p in paths]
    return {f"asked_{s}": round(float(head_speed(sample_motion(*net, tokens, 75, 5, speed=float(s), sampler=sampler)).mean()), 2) for s in (0, 4, 8, 12, 18, 26)}


def evaluate_flite(net, data, gap_row, sampler, sayings=12):
    """lips shut at b m p: smallest gap within the phone, a frame either side"""
    rows = sentences(data)[::VALIDATION_EVERY][:sayings]
    hits, gaps, by_voice = [], [], {}
    for i, (_, text) in enumerate(rows):
        voice = VOICES[i % len(VOICES)]
        samples, phones = say(" ".join(text.split()[:12]), voice)
        frames = count_frames(samples) + TAIL
        gap = sample_motion(*net, [speech_tokens(samples)[0]], frames, 0, sampler=sampler)[0, :, :52].numpy() @ gap_row
        for name, start, end in phones:
            if LIP_PHONES.get(name) == "shut":
                a, b = int(np.floor(start * FPS - 1)), int(np.ceil(end * FPS + 1))
                gaps.append(gap[max(a, 0) : b].min())
                by_voice.setdefault(voice, []).append(gaps[-1] < CLOSED)
        hits.append(gap.std())
    return round_all(dict(closed_at_bmp=(np.array(gaps) < CLOSED).mean(), cases=len(gaps), gap_there_p90=np.percentile(gaps, 90), gap_sd=np.mean(hits), **{f"closed_{v}": np.mean(x) for v, x in by_voice.items()}))


if __name__ == "__main__":
    torch.set_num_threads(1)
    net, rig = load_net(sys.argv[1]), load_rig(sys.argv[3])
    gap_row, width_row = (r.astype(np.float32) for r in lip_rows(rig))
    report = dict(held=evaluate_held(net, sys.argv[2], gap_row, width_row, SAMPLER))
    print(json.dumps(report), flush=True)
    if len(sys.argv) > 4:
        report |= dict(still=evaluate_still(net, gap_row, width_row, SAMPLER), speed=evaluate_speed(net, sys.argv[2], SAMPLER), flite=evaluate_flite(net, Path(sys.argv[4]), gap_row, SAMPLER))
        print(json.dumps(report, indent=1))
    if len(sys.argv) > 5:
        Path(sys.argv[5]).write_text(json.dumps(report, indent=1) + "\n")
