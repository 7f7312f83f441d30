"""takes.py clips|mixes DATA FIT.npz OUT_FOLDER [SHARE]: pairs of sound and lips of grid_s1 for training, one .npz a take; resumable (files already there are kept). Run `clips` before `mixes`.
SHARE "1/2": every second take, for two processes.

A take: tokens [100 + 2 * F, 672] float16 (../speech.py), mouth [frames, 52] float16 (lips and jaw; zero elsewhere), frames = F + TAIL. DATA is the folder with grid_s1/. Kinds, by file name:
held (validation: every 20th clip), one (clips as recorded), mix (three clips joined, with pauses, another voice, room, noise, music), song (vowels held for long), loud (whispered, shouted),
still (silence, noise, music: lips at rest). talkers.py adds other talkers.

Picture and sound of GRID's clips differ by up to a frame and a half, each clip by its own amount (../evaluate/sync_meter.py): the labels are moved by it; `lag` of a take, in frames.
"""

import sys
import tarfile
import zlib
from pathlib import Path

import numpy as np

import sounds
from channels import FPS, MOUTH
from facepoints import lip_rows, load_rig

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "evaluate")]
from speech import FRAME_SAMPLES, count_frames, read_sound, speech_tokens  # noqa: E402

RIG = Path(__file__).resolve().parents[2] / "models/default/rig.bin"
TAIL = 20  # frames after the sound's end: lips come to rest
FAR = 12  # frames from the next word, before it, beyond which lips that part (a breath) are taken to rest: silence must look still
VALIDATION_EVERY = 20
MOST_LAG = 2.0  # frames


def seed_of(name):
    return zlib.crc32(name.encode())


def save_take(path, **arrays):
    """floats as float16; written aside and renamed"""
    arrays = {k: v.astype(np.float16) if np.ndim(v) > 1 else v for k, v in arrays.items()}
    with open(path.with_suffix(".partial"), "wb") as file:
        np.savez(file, **arrays)
    path.with_suffix(".partial").rename(path)


def fill(mouth, frames):
    """mouth [n, 52] cut to `frames`, or led to rest in 0.2 s after its end"""
    out, n = np.zeros((frames, 52), np.float32), min(frames, len(mouth))
    out[:n] = mouth[:n]
    out[n:] = mouth[n - 1] * np.clip(1 - np.arange(1, frames - n + 1) / 5, 0, 1)[:, None]
    return out


def warp_motion(motion, at):
    """motion [frames, c] read at the (fractional) frames `at` [n] -> [n, c]"""
    return np.stack([np.interp(at, np.arange(len(motion)), column) for column in motion.T], 1)


def resample_motion(motion, factor):
    """motion [frames, c] of a sound played `factor` times faster"""
    return warp_motion(motion, (np.arange(int(len(motion) / factor)) + 0.5) * factor - 0.5)


def measure_lag(meter, tokens, gap):
    """frames by which lips of gap [n] come later than the sound of `tokens` asks, cut at MOST_LAG; 0 where they agree badly"""
    import sync_meter

    times, z = sync_meter.predict_lips(meter, tokens)
    found = sync_meter.measure_sync(times, z[:, 0], np.arange(len(gap)) / FPS, gap)  # times of frames as the meter was trained with: their beginnings
    return float(np.clip(found["offset_ms"] / 1000 * FPS, -MOST_LAG, MOST_LAG) * (found["agreement"] > 0.8))


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


def load_clips(fit_path):
    """-> {clip: mouth [frames, 52]} of the fit, head and eyes left out"""
    fit, out, start = np.load(fit_path), {}, 0
    coefficients, keep = fit["coefficients"], np.zeros(52)
    keep[MOUTH] = 1
    for name, n in zip(fit["names"], fit["lengths"]):
        out[str(name)] = coefficients[start : start + n] * keep
        start += n
    return out


def fit_length(samples, frames):
    """samples cut or padded to `frames` video frames"""
    wanted = frames * FRAME_SAMPLES
    return np.pad(samples[:wanted], (0, max(0, wanted - len(samples))))


def mix_clips(rng, clips):
    """clips [(samples, mouth)] -> what is heard, mouth"""
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
    return (sounds.disturb(rng, clean) if clean.any() else clean), np.concatenate(mouth)


def sing_clip(rng, samples, mouth):
    """the loudest open places held, as a singer holds vowels -> what is heard, mouth"""
    at = sounds.hold_times(rng, samples, len(mouth))
    sung = sounds.warp_time(samples, at)
    sung = sounds.add_vibrato(rng, sung) if rng.random() < 0.5 else sung
    heard = sounds.disturb(rng, sung) if rng.random() < 0.4 else sung
    if rng.random() < 0.5:
        heard = heard + sounds.make_music(rng, len(heard)) * sounds.rms(sung) * 10 ** (-rng.uniform(3, 18) / 20)
    return heard, warp_motion(mouth, at)


def change_effort(rng, samples, mouth):
    """whispered (same lips) or shouted (larger ones; a common factor keeps shut lips shut) -> what is heard, mouth"""
    if rng.random() < 0.5:
        return sounds.whisper(rng, samples), mouth
    return sounds.shout(rng, samples), np.clip(mouth * rng.uniform(1.1, 1.35), 0, 1)


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


def sound_of(data, name, frames):
    return fit_length(read_sound(data / f"grid_s1/video/{name}.mp4").astype(np.float64), frames)


def write_clips(data, clips, out, share):
    import sync_meter

    times, meter, (gap_row, _) = word_times(data), sync_meter.load_meter(), lip_rows(load_rig(RIG))
    for i, name in list(enumerate(sorted(clips)))[share[0] - 1 :: share[1]]:
        held = i % VALIDATION_EVERY == 0
        path = out / f"{'held' if held else 'one'}-{name}.npz"
        if path.exists():
            continue
        samples = sound_of(data, name, len(clips[name]))
        tokens, _ = speech_tokens(samples)
        lag = measure_lag(meter, tokens, clips[name] @ gap_row)
        moved = warp_motion(clips[name], np.arange(len(clips[name])) + lag)
        mouth = clips[name] if held else settle(moved, times[name])
        save_take(path, tokens=tokens, mouth=fill(mouth, count_frames(samples) + TAIL), lag=lag)


def plan_mixes(data, clips, out, mixes=3, songs=1, efforts=1, stills=400):
    """-> [(file stem, function of no arguments -> heard [n], mouth [frames, 52])] in the order of writing"""
    train = [name for i, name in enumerate(sorted(clips)) if i % VALIDATION_EVERY]
    mouth = lambda n: np.load(out / f"one-{n}.npz")["mouth"][: len(clips[n])].astype(np.float32)
    load = lambda n: (sound_of(data, n, len(clips[n])), mouth(n))
    rng_of = lambda stem: np.random.default_rng(seed_of(stem))
    jobs = [(f"still-{i:03d}", lambda stem=f"still-{i:03d}": (make_still(rng_of(stem)), np.zeros((1, 52)))) for i in range(stills)]
    for version in range(max(mixes, songs, efforts)):
        order = np.random.default_rng(version).permutation(train)
        for i in range(0, len(order) - 2, 3):
            stem = f"{version}-{i // 3:03d}"
            group = order[i : i + 3]
            if version < mixes:
                jobs.append((f"mix{stem}", lambda stem=stem, group=group: mix_clips(rng_of(stem), [load(n) for n in group])))
            if version < songs:
                jobs.append((f"song{stem}", lambda stem=stem, group=group: sing_clip(rng_of("s" + stem), *load(group[0]))))
            if version < efforts:
                jobs.append((f"loud{stem}", lambda stem=stem, group=group: change_effort(rng_of("e" + stem), *load(group[1]))))
    return jobs


if __name__ == "__main__":
    mode, data, fit, out, *rest = sys.argv[1:]
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    share = tuple(int(x) for x in (rest or ["1/1"])[0].split("/"))
    if mode == "clips":
        write_clips(Path(data), load_clips(fit), out, share)
    else:
        for stem, make in plan_mixes(Path(data), load_clips(fit), out)[share[0] - 1 :: share[1]]:
            if not (out / f"{stem}.npz").exists():
                heard, mouth = make()
                save_take(out / f"{stem}.npz", tokens=speech_tokens(heard)[0], mouth=fill(mouth, count_frames(heard) + TAIL))
