"""check_motion.py NET.pt TAKES RIG [DATA [OUT.json]]: the motion's own numbers, before any rendering. Prints one JSON object.

held-out GRID sentences: r of the lip gap (mean, worst), amplitude, closures; seams between clips; two seeds; still lips without a voice; flite's closures. --steps N, --guidance G and --alone (clips do
not see the frames before them) change the sampler, for ablations.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from channels import FPS
from facepoints import lip_rows, load_rig
from sample import SAMPLER, load_net, sample_motion
from speakers import FLITE, say_flite
from speech import count_frames, speech_tokens
from takes import TAIL, VALIDATION_EVERY

CLOSED = 0.02


def round_all(record):
    return {k: round(float(v), 4) for k, v in record.items()}


def evaluate_held(sample, takes, gap_row, width_row):
    held = [np.load(p) for p in sorted(Path(takes).glob("held-*.npz"))]
    frames = 75
    tokens = [h["tokens"].astype(np.float32) for h in held]
    real = np.stack([h["mouth"][:frames].astype(np.float32) for h in held]) @ gap_row
    motion = [sample(tokens, frames, k).numpy() for k in (0, 1)]
    made, other = (m @ gap_row for m in motion)
    correlate = lambda a, b: np.corrcoef(a, b)[0, 1]
    r = np.array([correlate(a, b) for a, b in zip(made, real)])
    moved = [np.interp(np.arange(frames) + float(h["lag"]), np.arange(frames), b) for h, b in zip(held, real)]  # the clip's picture set right against its own sound
    own = np.array([correlate(a[3:-3], b[3:-3]) for a, b in zip(made, moved)])
    closed = real < 0.01
    speed = np.abs(np.diff(made, axis=1))
    step = np.abs(np.diff(motion[0] @ np.stack([gap_row, width_row], 1), axis=1))
    widths = (motion[0] @ width_row, np.stack([h["mouth"][:frames].astype(np.float32) for h in held]) @ width_row)
    return round_all(
        dict(
            gap_r=r.mean(), gap_r_p10=np.percentile(r, 10), gap_r_worst=r.min(), gap_r_own_lag=own.mean(), gap_r_own_lag_worst=own.min(), width_r=np.mean([correlate(a, b) for a, b in zip(*widths)]),
            amplitude=np.percentile(made, 95) / np.percentile(real, 95), speed_p99=np.percentile(speed, 99) / np.percentile(np.abs(np.diff(real, axis=1)), 99), closed_where_closed=(made[closed] < CLOSED).mean(),
            seeds_r=np.mean([correlate(a, b) for a, b in zip(made, other)]), seam=step[:, 59].mean() / np.percentile(step[:, np.r_[20:59, 60:74]], 99),
        )
    )  # fmt: skip


def evaluate_still(sample, gap_row, count=8):
    """share of frames with still, shut lips"""
    from sounds import make_music, make_noise

    shares = {}
    for kind, make in dict(silence=lambda rng: np.zeros(6 * 16000), noise=lambda rng: make_noise(rng, 6 * 16000) * 0.05, music=lambda rng: make_music(rng, 6 * 16000) * 0.05).items():
        rng = np.random.default_rng(77)
        rows = [speech_tokens(make(rng))[0] for _ in range(1 if kind == "silence" else count)]
        gap = sample(rows, 150, 3).numpy() @ gap_row
        shares[kind] = np.mean((gap < CLOSED) & (np.abs(np.diff(gap, axis=1, prepend=gap[:, :1])) < 0.01))
    return round_all({f"still_lips_{k}": v for k, v in shares.items()})


def evaluate_flite(sample, data, gap_row, sayings=12):
    """lips shut at b m p: smallest gap within the phone, a frame either side. Held-out sentences of LJ Speech"""
    rows = [line.split("|")[2] for line in (data / "ljspeech/metadata.csv").read_text().splitlines() if line.strip()][::VALIDATION_EVERY][:sayings]
    gaps, by_voice = [], {}
    for i, text in enumerate(rows):
        voice = FLITE[i % len(FLITE)]
        samples, phones = say_flite(" ".join(text.split()[:12]), voice)
        gap = sample([speech_tokens(samples)[0]], count_frames(samples) + TAIL, 0)[0].numpy() @ gap_row
        for kind, start, end in phones:
            if kind == "shut":
                gaps.append(gap[max(int(np.floor(start * FPS - 1)), 0) : int(np.ceil(end * FPS + 1))].min())
                by_voice.setdefault(voice, []).append(gaps[-1] < CLOSED)
    return round_all(dict(closed_at_bmp=(np.array(gaps) < CLOSED).mean(), cases=len(gaps), gap_there_p90=np.percentile(gaps, 90), **{f"closed_{v}": np.mean(x) for v, x in by_voice.items()}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("net"), parser.add_argument("takes"), parser.add_argument("rig")
    parser.add_argument("data", nargs="?", type=Path), parser.add_argument("out", nargs="?", type=Path)
    parser.add_argument("--steps", type=int, default=SAMPLER["steps"]), parser.add_argument("--guidance", type=float, default=SAMPLER["guidance"]), parser.add_argument("--alone", action="store_true")
    a = parser.parse_args()
    torch.set_num_threads(1)
    net = load_net(a.net)
    gap_row, width_row = (r.astype(np.float32) for r in lip_rows(load_rig(a.rig)))
    sampler = SAMPLER | dict(steps=a.steps, guidance=a.guidance)
    sample = lambda tokens, frames, seed: sample_motion(*net, tokens, frames, seed, sampler=sampler, carry=not a.alone)
    report = dict(held=evaluate_held(sample, a.takes, gap_row, width_row))
    if a.data:
        report |= dict(still=evaluate_still(sample, gap_row), flite=evaluate_flite(sample, a.data, gap_row))
    print(json.dumps(report))
    if a.out:
        a.out.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
