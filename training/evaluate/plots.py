"""plots.py MOTION.json SOUND OUT.png [--phones J] [--rig rig.bin] [--from S] [--to S]: a motion's channels over the sound, with the phones' names.

MOTION: {"format": "animate-motion", "version": 1, "fps", "channels": [names], "frames": [[...]]} (the command line's --motion-out).
Rows: waveform; lips (jawOpen, mouthClose, mouthFunnel, mouthPucker, and with --rig the lip gap in mouth widths, closed below 2 %); head in degrees; brows; smile; lids.
"""

import argparse
import json
import sys
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from film import SAMPLE_RATE, read_sound
from labels import read_labels

ROWS = [
    ("lips", ["jawOpen", "mouthClose", "mouthFunnel", "mouthPucker"]), ("head, degrees", ["pitch", "yaw", "roll"]),
    ("brows", ["browInnerUp", "browOuterUpLeft", "browDownLeft"]), ("smile", ["mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft"]), ("lids", ["eyeBlinkLeft", "eyeBlinkRight"]),
]  # fmt: skip


def read_motion(path):
    """-> times [frames], {channel: [frames]}"""
    motion = json.loads(Path(path).read_text())
    if motion.get("format") != "animate-motion":
        raise ValueError(f'{path}: expected "format": "animate-motion", got {motion.get("format")!r}')
    frames = np.array(motion["frames"], float)
    return np.arange(len(frames)) / motion["fps"], dict(zip(motion["channels"], frames.T, strict=True))


def find_channel(channels, name):
    """by its name, or by a name that ends with it (headPitch for pitch)"""
    return next((curve for own, curve in channels.items() if own == name or own.lower().endswith(name.lower())), None)


def rig_gap(channels, rig):
    """lip gap in mouth widths [frames], as the rig opens it"""
    sys.path.insert(0, str(Path(__file__).parents[1] / "motion"))
    from channels import COEFFICIENTS
    from facepoints import lip_rows, load_rig

    row, _ = lip_rows(load_rig(rig))
    return np.stack([channels[name] for name in COEFFICIENTS], 1) @ row


def draw(path, times, channels, samples, phones, span, gap=None):
    figure, axes = plt.subplots(len(ROWS) + 1, 1, sharex=True, figsize=(min(40, max(10, 3 * (span[1] - span[0]))), 11), height_ratios=[1, 2, 1.5, 1, 1, 1])
    at = np.arange(0, len(samples), 8) / SAMPLE_RATE
    axes[0].plot(at, samples[::8], color="0.4", linewidth=0.4)
    axes[0].set_ylabel("sound")
    for name, start, end in phones:
        if end < span[0] or start > span[1] or name in ("pau", "sil", "sp"):
            continue
        axes[0].text((start + end) / 2, 1.02, name, transform=axes[0].get_xaxis_transform(), ha="center", va="bottom", fontsize=8)
        if name in ("b", "p", "m", "f", "v"):  # where lips must meet, or the lip the teeth
            for axis in axes[:2]:
                axis.axvspan(start, end, color="tab:red" if name in "bpm" else "tab:blue", alpha=0.15, linewidth=0)
    for axis, (title, names) in zip(axes[1:], ROWS, strict=True):
        for name in names:
            curve = find_channel(channels, name)
            if curve is not None:
                axis.plot(times, curve, linewidth=1, label=name)
        axis.set_ylabel(title)
    if gap is not None:
        axes[1].plot(times, gap, color="black", linewidth=1.4, label="lip gap")
        axes[1].axhline(0.02, color="black", linewidth=0.5, linestyle=":")
    for axis in axes[1:]:
        axis.legend(loc="upper right", fontsize=7, ncols=5, frameon=False)
        axis.grid(alpha=0.2)
    axes[-1].set_xlim(*span)
    axes[-1].set_xlabel("seconds")
    figure.tight_layout(h_pad=0.3)
    figure.savefig(path, dpi=90)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("motion", "sound", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--phones"), parser.add_argument("--rig")
    parser.add_argument("--from", type=float, default=0, dest="start"), parser.add_argument("--to", type=float)
    options = parser.parse_args()
    times, channels = read_motion(options.motion)
    span = (options.start, options.to or times[-1])
    phones = read_labels(options.phones) if options.phones else []
    draw(options.out, times, channels, read_sound(options.sound), phones, span, rig_gap(channels, options.rig) if options.rig else None)


if __name__ == "__main__":
    main()
