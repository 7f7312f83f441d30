"""takes.py DATA FIT.npz OUT_FOLDER [SHARE]: pairs of sound and motion for training, one .npz a take; resumable (files already there are kept). SHARE "1/2": every second take, for two
processes; SHARE "relabel": only the lips of takes already there are written anew.

A take: tokens [100 + 2 * F, 672] float16 (../speech.py), mouth [frames, 52] float16 (lips and jaw; zero elsewhere), extras [draws, frames, 58] float16 (teacher.py: everything else),
frames = F + TAIL. DATA is the folder with grid_s1/. Kinds, by file name: held (validation: every 20th clip), one (clips as recorded), mix (three clips joined, with pauses,
another voice, room, noise, music), still (silence, noise, music: lips at rest). talkers.py adds those of other talkers.
"""

import sys
import tarfile
import zlib
from pathlib import Path

import numpy as np

import sounds
from channels import FPS, MOUTH
from teacher import draw

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from speech import FRAME_SAMPLES, count_frames, read_sound, speech_tokens  # noqa: E402

TAIL = 20  # frames after the sound's end: lips come to rest, the head lives on
DRAWS = 4
FAR = 12  # frames from the next word, before it, beyond which lips that part (a breath) are taken to rest: silence must look still
VALIDATION_EVERY = 20


def seed_of(name):
    return zlib.crc32(name.encode())


def fill(mouth, frames):
    """mouth [n, 52] cut to `frames`, or led to rest in 0.2 s after its end"""
    out, n = np.zeros((frames, 52), np.float32), min(frames, len(mouth))
    out[:n] = mouth[:n]
    out[n:] = mouth[n - 1] * np.clip(1 - np.arange(1, frames - n + 1) / 5, 0, 1)[:, None]
    return out


def relabel(out, data, clips):
    """puts a new fit's lips into takes that are there already: the random choices are the same without the sound"""
    for stem, make in plan(data, clips, silent=True):
        path = out / f"{stem}.npz"
        if path.exists() and not stem.startswith("still"):
            take = dict(np.load(path))
            take["mouth"] = fill(make()[1], len(take["mouth"])).astype(np.float16)
            with open(path.with_suffix(".partial"), "wb") as file:
                np.savez(file, **take)
            path.with_suffix(".partial").rename(path)


def write_take(path, samples, mouth, prosody=None, lively=None, draws=DRAWS):
    """samples [n] what the net hears; mouth [frames, 52], cut or held to the take's length; prosody [n]: the clean voice for the teacher where `samples` is disturbed"""
    frames = count_frames(samples) + TAIL
    rng = np.random.default_rng(seed_of(path.stem))
    voice = samples if prosody is None else prosody
    extras = [draw(voice, frames, int(rng.integers(1 << 31)), rng.uniform(0.25, 2.0) if lively is None else lively) for _ in range(draws)]
    tokens, _ = speech_tokens(samples)
    partial = path.with_suffix(".partial")
    with open(partial, "wb") as file:
        np.savez(file, tokens=tokens.astype(np.float16), mouth=fill(mouth, frames).astype(np.float16), extras=np.array(extras, np.float16))
    partial.rename(path)


def word_times(data):
    """GRID clip -> (first word's start, last word's end) in frames"""
    out = {}
    with tarfile.open(data / "grid_s1/align.tar.gz") as tar:
        for member in tar.getmembers():
            if member.name.endswith(".align"):
                rows = [line.split() for line in tar.extractfile(member).read().decode().splitlines() if line.strip()]
                words = [(float(a) / 1000, float(b) / 1000) for a, b, word in rows if word not in ("sil", "sp")]
                out[Path(member.name).stem] = (words[0][0], words[-1][1])
    return out


def settle(mouth, times):
    """lips taken to rest further than FAR frames from any word, over 4 frames"""
    frame = np.arange(len(mouth))
    away = np.maximum(times[0] - frame, frame - times[1])
    return mouth * np.clip((FAR + 4 - away) / 4, 0, 1)[:, None]


def load_clips(data, fit_path):
    """-> {clip: mouth [frames, 52]} of the fit, head and eyes left out"""
    fit, out, start = np.load(fit_path), {}, 0
    coefficients, keep = fit["coefficients"], np.zeros(52)
    keep[MOUTH] = 1
    for name, n in zip(fit["names"], fit["lengths"]):
        out[str(name)] = coefficients[start : start + n] * keep
        start += n
    return out


def resample_motion(motion, factor):
    """motion [frames, c] of a sound played `factor` times faster"""
    frames = int(len(motion) / factor)
    at = (np.arange(frames) + 0.5) * factor - 0.5
    return np.stack([np.interp(at, np.arange(len(motion)), column) for column in motion.T], 1)


def fit_length(samples, frames):
    """samples cut or padded to `frames` video frames"""
    wanted = frames * FRAME_SAMPLES
    return np.pad(samples[:wanted], (0, max(0, wanted - len(samples))))


def mix_clips(rng, clips):
    """clips [(samples, mouth)] -> what is heard, the clean voice, mouth"""
    factor = rng.uniform(0.8, 1.3) if rng.random() < 0.7 else 1.0
    voice, mouth = [], []
    for samples, motion in clips:
        if rng.random() < 0.7:
            pause = int(rng.uniform(0.1, 1.3) * FPS)
            voice.append(np.zeros(pause * FRAME_SAMPLES)), mouth.append(np.zeros((pause, 52)))
        motion = resample_motion(motion, factor)
        edge = min(3, len(motion))  # joints: from rest and to rest over 3 frames
        motion[:edge] *= (np.arange(1, edge + 1) / (edge + 1))[:, None]
        motion[-edge:] *= (np.arange(edge, 0, -1) / (edge + 1))[:, None]
        voice.append(fit_length(sounds.change_voice(samples, factor) if factor != 1 else samples, len(motion)) * 10 ** (rng.uniform(-6, 6) / 20))
        mouth.append(motion)
    clean = np.concatenate(voice)
    return (sounds.disturb(rng, clean) if clean.any() else clean), clean, np.concatenate(mouth)


def make_still(rng):
    """a sound without any voice"""
    n = int(rng.uniform(3, 8) * sounds.RATE)
    kind = rng.choice(["silence", "noise", "noise", "music", "music", "burst"])
    level = 10 ** (-rng.uniform(10, 60) / 20)
    if kind == "silence":
        return np.zeros(n) + rng.choice([0, 1e-4]) * rng.normal(size=n)
    if kind == "noise":
        return sounds.make_noise(rng, n) * level
    if kind == "music":
        return sounds.make_music(rng, n) * level
    x = np.zeros(n)
    a, b = np.sort(rng.integers(0, n, 2))
    x[a:b] = (sounds.make_noise if rng.random() < 0.5 else sounds.make_music)(rng, b - a + 16)[: b - a] * level
    return x


def plan(data, clips, mixes=2, stills=220, silent=False):
    """silent: no sound is read (for relabel); -> [(file stem, function of no arguments that gives samples, mouth, clean voice or None, draws)] in the order of writing"""
    times, names = word_times(data), sorted(clips)
    held = names[::VALIDATION_EVERY]
    train = [n for n in names if n not in set(held)]
    sound = lambda n: np.zeros(len(clips[n]) * FRAME_SAMPLES) if silent else fit_length(read_sound(data / f"grid_s1/video/{n}.mp4").astype(np.float64), len(clips[n]))
    mouth = lambda n: settle(clips[n], times[n])
    jobs = [(f"held-{n}", lambda n=n: (sound(n), clips[n], None)) for n in held] + [(f"one-{n}", lambda n=n: (sound(n), mouth(n), None)) for n in train]

    def mix(stem, group):
        rng = np.random.default_rng(seed_of(stem))
        heard, clean, motion = mix_clips(rng, [(sound(n), mouth(n)) for n in group])
        return heard, motion, clean

    for version in range(mixes):
        order = np.random.default_rng(version).permutation(train)
        for i in range(0, len(order) - 2, 3):
            stem = f"mix{version}-{i // 3:03d}"
            jobs.append((stem, lambda stem=stem, group=order[i : i + 3]: mix(stem, group)))

    def still(stem):
        x = make_still(np.random.default_rng(seed_of(stem)))
        return x, np.zeros((1, 52)), np.zeros(len(x))

    stills = [(f"still-{i:03d}", lambda stem=f"still-{i:03d}": still(stem)) for i in range(stills)]
    return jobs[:200] + stills + jobs[200:]


if __name__ == "__main__":
    data, out = Path(sys.argv[1]), Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    clips = load_clips(data, sys.argv[2])
    if sys.argv[4:] == ["relabel"]:
        relabel(out, data, clips)
        sys.exit()
    k, of = (int(x) for x in (sys.argv[4] if len(sys.argv) > 4 else "1/1").split("/"))
    for stem, make in plan(data, clips)[k - 1 :: of]:
        path = out / f"{stem}.npz"
        if not path.exists():
            samples, mouth, clean = make()
            write_take(path, samples, mouth, clean)
