"""talkers.py sounds DATA OUT_FOLDER [SHARE]                 takes of other talkers, without lips yet
talkers.py label NET.pt RIG OUT_FOLDER TAKES_FOLDER [SHARE]  lips for them: stage A's net, corrected by flite's exact phone times (closures at b m p, lower lip to the teeth at f v)

lj: LJ Speech as recorded; ljx: the same, disturbed and with its voice changed; flite: flite's voices reading LJ Speech's sentences, with noise and other pitch at times.
Every 20th sentence is held out.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

import sounds
from channels import FPS, INDEX, MOUTH
from facepoints import lip_rows, load_rig
from sample import load_net, sample_motion
from speech import speech_tokens
from takes import TAIL, VALIDATION_EVERY, fill, read_sound, resample_motion, seed_of, write_take

VOICES = ["slt", "rms", "awb", "kal16"]
LABEL_SAMPLER = dict(name="dpmpp2m", steps=10, guidance=2.0, sigmaMin=0.02, sigmaMax=8.0, rho=5.0)
LIP_PHONES = {"b": "shut", "p": "shut", "m": "shut", "f": "teeth", "v": "teeth"}
SHUT = 0.005  # gap over rest width that a closure is brought to


def say(text, voice):
    """flite's speech and phone times -> samples [n] at 16 kHz, [(phone, start, end seconds)]"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.wav"
        printed = subprocess.run(["flite", "-voice", voice, "-psdur", "-t", text, "-o", str(path)], check=True, capture_output=True, text=True).stdout
        samples = read_sound(path).astype(np.float64)
    ends = [(name, float(end)) for name, end in re.findall(r"(\w+):([\d.]+)", printed)]
    phones = [(name, start, end) for (name, end), start in zip(ends, [0.0] + [end for _, end in ends])]
    return samples, phones


def close_lips(mouth, gap_row, amount):
    """lips brought to the gap SHUT by `amount` [frames] 0..1: the shapes that part them shrink together, the jaw follows less (it stays open behind the lips)"""
    gap = mouth @ gap_row
    shrink = 1 - amount * np.clip(1 - SHUT / np.maximum(gap, 1e-6), 0, 1)
    parting = [i for i in MOUTH if gap_row[i] > 0.02]
    out = mouth.copy()
    out[:, parting] *= shrink[:, None]
    return out


def correct(mouth, phones, gap_row):
    """rules at phones, with flite's times. mouth [frames, 52]"""
    frame_time = (np.arange(len(mouth)) + 0.5) / FPS
    shut, teeth = np.zeros(len(mouth)), np.zeros(len(mouth))
    for name, start, end in phones:
        kind = LIP_PHONES.get(name)
        if kind is None:
            continue
        middle, half = (start + end) / 2, max((end - start) / 2, 0.5 / FPS)  # a closure covers at least one frame
        ramp = np.clip(1.3 - (np.abs(frame_time - middle) - half) / (1.5 / FPS), 0, 1)  # full a little beyond the phone, gone a frame and a half later
        target = shut if kind == "shut" else teeth
        np.maximum(target, ramp, out=target)
    out = close_lips(mouth, gap_row, shut)
    bite = dict(jawOpen=0.08, mouthRollLower=0.35, mouthUpperUpLeft=0.22, mouthUpperUpRight=0.22, mouthFunnel=0.0, mouthPucker=0.0, mouthLowerDownLeft=0.0, mouthLowerDownRight=0.0)
    teeth *= 1 - shut
    for name, value in bite.items():
        i = INDEX[name]
        out[:, i] = out[:, i] * (1 - 0.7 * teeth) + 0.7 * teeth * value
    return out


def sentences(data):
    return [line.split("|")[0::2] for line in (data / "ljspeech/metadata.csv").read_text().splitlines() if line.strip()]


def write_sound(path, clean, phones, disturbed):
    """a take without lips, and what label_take needs: tokens of the clean voice, how much faster it is played in the take, phone times"""
    rng = np.random.default_rng(seed_of(path.stem))
    factor = rng.uniform(0.75, 1.25) if disturbed else 1.0
    voice = sounds.change_voice(clean, factor) if disturbed else clean
    heard = sounds.disturb(rng, voice) if disturbed else voice
    write_take(path, heard, np.zeros((1, 52)), voice)
    take = dict(np.load(path))
    tokens = speech_tokens(clean)[0].astype(np.float16) if disturbed else take["tokens"]
    with open(path, "wb") as file:
        np.savez(file, **take, clean=tokens, factor=factor, phones=json.dumps(phones))


def write_sounds(data, out, share, every=3, words=14):
    for i, (name, text) in list(enumerate(sentences(data)))[share[0] - 1 :: share[1]]:
        if i % VALIDATION_EVERY == 0 or i % every:
            continue
        voice = VOICES[i // every % len(VOICES)]
        disturbed = i // every % 2 == 0
        recorded, spoken = out / f"{'ljx' if disturbed else 'lj'}-{name}.npz", out / f"flite-{voice}-{name}.npz"
        if not spoken.exists():
            write_sound(spoken, *say(" ".join(text.split()[:words]), voice), i // every % 3 == 0)
        if not recorded.exists():
            write_sound(recorded, read_sound(data / f"ljspeech/{name}.ogg").astype(np.float64), [], disturbed)


def label_take(net, take, gap_row, seed):
    """-> mouth [frames, 52]"""
    frames = (len(take["clean"]) - 100) // 2 + TAIL
    motion = sample_motion(*net, [take["clean"].astype(np.float32)], frames, seed, sampler=LABEL_SAMPLER)[0].numpy()
    mouth = np.zeros((frames, 52), np.float32)
    mouth[:, MOUTH] = motion[:, MOUTH]
    mouth = correct(mouth, json.loads(str(take["phones"])), gap_row)
    factor = float(take["factor"])
    return fill(mouth if factor == 1 else resample_motion(mouth, factor), len(take["mouth"]))


def label_all(net, folder, out, gap_row, share):
    for path in sorted(folder.glob("*.npz"))[share[0] - 1 :: share[1]]:
        if not (out / path.name).exists():
            take = dict(np.load(path))
            mouth = label_take(net, take, gap_row, seed_of(path.stem)).astype(np.float16)
            with open((out / path.name).with_suffix(".partial"), "wb") as file:
                np.savez(file, tokens=take["tokens"], mouth=mouth, extras=take["extras"])
            (out / path.name).with_suffix(".partial").rename(out / path.name)


if __name__ == "__main__":
    torch.set_num_threads(1)
    mode, *rest = sys.argv[1:]
    share = tuple(int(x) for x in rest.pop().split("/")) if "/" in rest[-1] and rest[-1][0].isdigit() else (1, 1)
    if mode == "sounds":
        Path(rest[1]).mkdir(parents=True, exist_ok=True)
        write_sounds(Path(rest[0]), Path(rest[1]), share)
    else:
        label_all(load_net(rest[0]), Path(rest[2]), Path(rest[3]), lip_rows(load_rig(rest[1]))[0], share)
