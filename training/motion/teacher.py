"""Head, brows, eyes and smiles drawn from prosody and chance, after what real faces do (the project's facts/liveliness.md; design.md section 5).

draw(samples, frames, seed, lively) -> [frames, 58] motion: every channel but the mouth's own (only mouthSmile of those), many draws per sound.
The rules: a phrase gets a pose, reached with minimum jerk and started 0.1-0.3 s before it; roll leans against yaw; stressed syllables get a nod, sometimes raised
brows, 0.05-0.22 s early; a clip has a mood, a phrase a valence around it; blinks are Poisson with a floor and gather at phrase ends; gaze jumps, the eyes hold the viewer while
the head turns; in pauses the head comes back towards rest. Every track starts at rest.
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from channels import CHANNELS, FPS, INDEX

GAZE_DEGREES = 30.0  # rotation of the eye at eyeLook... = 1
BLINK = np.array([0.3, 0.8, 1.0, 0.8, 0.45, 0.15])  # 0.2 s, closing faster than opening


def measure_prosody(samples, frames, rate=16000):
    """[samples] -> log energy (z-score over speech), pitch (semitones about the median, 0 unvoiced), voiced 0..1, speaking bool: each [frames]"""
    hop, width = rate // 100, rate // 25
    n = len(samples) // hop + 1
    padded = np.pad(np.asarray(samples, np.float64), (width, width + hop))
    views = np.lib.stride_tricks.sliding_window_view(padded, 2 * width)[::hop][:n] * np.hanning(2 * width)
    n = len(views)
    energy = np.log(np.sqrt((views**2).mean(1)) + 1e-5)
    low, high = rate // 420, rate // 70
    r = np.fft.irfft(np.abs(np.fft.rfft(views, 4 * width)) ** 2)[:, : high + 2]
    r = r / (r[:, :1] + 1e-12)
    k = low + r[:, low:high].argmax(1)
    voiced = (r[np.arange(n), k] > 0.45) & (energy > -8)
    f0 = rate / k
    floor, top = np.percentile(energy, 5), np.percentile(energy, 95)
    speaking = (energy > floor + 0.35 * (top - floor)) & (energy > -7) & (top - floor > 1)
    pitch = np.where(voiced, 12 * np.log2(f0 / (np.median(f0[voiced]) if voiced.any() else 120)), 0)
    loud = (energy - energy[speaking].mean()) / (energy[speaking].std() + 1e-6) if speaking.any() else energy * 0
    at = lambda v: np.interp((np.arange(frames) + 0.5) / FPS, np.arange(n) / 100, v)
    return at(np.clip(loud, -3, 2)), at(pitch), at(voiced.astype(float)), at(gaussian_filter1d(speaking.astype(float), 6)) > 0.3


def find_phrases(speaking, shortest=0.28):
    """(start, end) frames of stretches of speech; gaps under `shortest` seconds are closed, stretches much over 2.2 s are cut"""
    s = speaking.copy()
    edges = np.flatnonzero(np.diff(np.r_[1, s.astype(int), 1]))
    for a, b in zip(edges[::2], edges[1::2]):  # the gaps
        if a > 0 and b < len(s) and b - a < shortest * FPS:
            s[a:b] = True
    edges = np.flatnonzero(np.diff(np.r_[0, s.astype(int), 0]))
    out = []
    for a, b in zip(edges[::2], edges[1::2]):
        cuts = np.linspace(a, b, max(1, round((b - a) / FPS / 2.2)) + 1).astype(int)
        out += list(zip(cuts[:-1], cuts[1:]))
    return [(a, b) for a, b in out if b - a > 5]


def glide(frames, keys):
    """keys (frame, value, seconds to get there) in order of time -> [frames], from 0; minimum jerk (Flash and Hogan 1985), each move starting from wherever the last had come to"""
    out = np.zeros(frames)
    for at, target, seconds in sorted(keys):
        at = int(np.clip(at, 0, frames - 1))
        n = max(2, int(seconds * FPS))
        t = np.linspace(0, 1, n)
        end = min(frames, at + n)
        start = out[at - 1] if at else 0.0
        out[at:end] = start + (target - start) * (10 * t**3 - 15 * t**4 + 6 * t**5)[: end - at]
        out[end:] = target
    return out


def bump(frames, centre, seconds, height):
    t = (np.arange(frames) - centre) / (seconds * FPS / 2)
    return height * np.exp(-2 * t**2)


def sway(rng, frames, low, high):
    """noise of unit variance between low and high Hz, risen from 0 over the first 0.8 s"""
    n = max(512, 2 * frames)
    f = np.fft.rfftfreq(n, 1 / FPS)
    shape = np.exp(-2 * (np.log(np.maximum(f, 1e-3) / np.sqrt(low * high)) / np.log(high / low)) ** 2)
    z = np.fft.irfft((rng.normal(size=len(f)) + 1j * rng.normal(size=len(f))) * shape, n)
    return (z / (z.std() + 1e-9))[n // 4 : n // 4 + frames] * glide(frames, [(0, 1.0, 0.8)])


def draw_poses(rng, frames, phrases, arousal):
    """slow pose, smile, knitted and lifted brows, phrase by phrase -> dict of [frames]"""
    keys = {k: [] for k in ("pitch", "yaw", "roll", "smile", "knit", "lift")}
    mood = rng.normal(0.3, 0.35)  # the clip's valence
    for i, (a, b) in enumerate(phrases):
        lead = int(rng.uniform(0.1, 0.3) * FPS)
        yaw, seconds = rng.normal(0, 3.4), rng.uniform(0.6, 1.2)
        keys["yaw"].append((a - lead, yaw, seconds))
        keys["roll"].append((a - lead, -0.5 * yaw + rng.normal(0, 2.0), seconds * rng.uniform(0.9, 1.3)))
        keys["pitch"].append((a - lead, rng.normal(0, 2.2), seconds))
        valence = mood + rng.normal(0, 0.45) + 0.2 * arousal[min(b - 1, frames - 1)]
        level = float(np.clip(valence, 0, 1)) ** 1.3 * 0.6
        keys["smile"].append((a + rng.integers(-5, 10), level, rng.uniform(0.5, 0.9)))
        keys["knit"].append((a, float(np.clip(-valence - 0.1, 0, 1)) * 0.5, rng.uniform(0.4, 0.8)))
        keys["lift"].append((a - lead, max(0, rng.normal(0.1, 0.2)), rng.uniform(0.4, 0.8)))
        pause = (phrases[i + 1][0] if i + 1 < len(phrases) else frames) - b
        if pause > 0.5 * FPS:
            for k in ("pitch", "yaw", "roll"):
                keys[k].append((b, keys[k][-1][1] * 0.3, rng.uniform(0.8, 1.4)))
            keys["smile"].append((b + 5, level * 0.6, 1.0))
            keys["lift"].append((b, 0, 0.5))
            keys["knit"].append((b, 0, 0.7))
    out = {k: glide(frames, v) for k, v in keys.items()}
    out["yaw"] += 2.2 * sway(rng, frames, 0.25, 0.9)
    out["roll"] += 1.5 * sway(rng, frames, 0.25, 0.9)
    out["pitch"] += 1.4 * sway(rng, frames, 0.25, 1.0)
    return out


def draw_blinks(rng, frames, ends, voiced, pitch):
    shut, t = np.zeros(frames), rng.uniform(0.4, 2.5)
    while t < frames / FPS - 0.3:
        i = int(t * FPS)
        near = [e for e in ends if abs(e - i) < 0.4 * FPS]
        if near and rng.random() < 0.6:
            i = near[0]
        part = BLINK[: max(0, min(6, frames - i))] * rng.choice([1.0, 1.0, 1.0, 1.0, 0.6])
        shut[i : i + len(part)] = np.maximum(shut[i : i + len(part)], part)
        t = max(t, i / FPS) + 0.6 + rng.exponential(1.9)
    held = np.diff(np.r_[0, (gaussian_filter1d(voiced, 3) > 0.8).astype(int), 0])
    for a, b in zip(np.flatnonzero(held > 0), np.flatnonzero(held < 0)):  # long steady notes: the eyes may close
        if b - a > FPS and np.abs(pitch[a:b] - np.median(pitch[a:b])).max() < 1.5 and rng.random() < 0.4:
            shut[a:b] = np.maximum(shut[a:b], np.minimum(1, 1.2 * np.sin(np.pi * np.linspace(0, 1, b - a)) ** 0.5))
    return np.clip(shut, 0, 1)


def draw_gaze(rng, frames, speaking):
    gaze, i = np.zeros((frames, 2)), 0
    while i < frames:
        away = rng.random() < (0.12 if speaking[i] else 0.3)
        n = int(rng.uniform(0.4, 0.9) * FPS) if away else int(rng.gamma(2.0, 0.7) * FPS) + 6
        if i > 0:
            gaze[i : i + n] = rng.normal(0, [0.3, 0.18]) if away else rng.normal(0, [0.05, 0.04])
        i += n
    return gaze


def draw(samples, frames, seed=0, lively=1.0):
    """samples [n] at 16 kHz -> motion [frames, 58]; lively scales head, brows and smiles (0 .. 2)"""
    rng = np.random.default_rng(seed)
    loud, pitch, voiced, speaking = measure_prosody(samples, frames)
    phrases = find_phrases(speaking)
    stress = gaussian_filter1d(np.maximum(loud, -1) + 0.15 * np.maximum(pitch, 0), 2) * speaking
    prominence = stress - gaussian_filter1d(stress, 10)
    peaks = np.flatnonzero((prominence == maximum_filter1d(prominence, 9)) & (prominence > 0.25))
    arousal = np.clip(gaussian_filter1d(loud * speaking, 20) + 0.1 * gaussian_filter1d(np.abs(pitch), 20), -1, 2)
    pose = draw_poses(rng, frames, phrases, arousal)
    early = gaussian_filter1d(np.clip(loud, -2, 2) * speaking, 3)
    pose["pitch"] -= max(0, rng.normal(0.6, 0.4)) * np.r_[early[4:], np.zeros(min(4, frames))][:frames]  # louder, chin up, 0.15 s early
    lift = pose["lift"]
    for p in peaks:
        strength, at = min(1.5, prominence[p]), p - rng.uniform(0.05, 0.22) * FPS
        if rng.random() < 0.7:
            pose["pitch"] += bump(frames, at, rng.uniform(0.3, 0.5), rng.choice([1, 1, -1]) * rng.uniform(1.0, 3.0) * strength)
        if rng.random() < 0.3:
            pose["yaw"] += bump(frames, at, rng.uniform(0.4, 0.7), rng.normal(0, 2.0))
        if rng.random() < 0.45 * min(1, strength):
            lift = lift + bump(frames, at, rng.uniform(0.45, 0.9), rng.uniform(0.3, 0.9) * strength)
    begin = glide(frames, [(0, 1.0, 0.4)])
    out = np.zeros((frames, len(CHANNELS)))
    yaw, roll, down = (lively * begin * pose[k] for k in ("yaw", "roll", "pitch"))
    breath = sum((bump(frames, a - 0.35 * FPS, 0.7, 1) for a, _ in phrases), np.zeros(frames))
    smile = np.clip(pose["smile"] * lively * begin, 0, 0.85)
    lift, knit = np.clip(lift * lively * begin, 0, 1), np.clip(pose["knit"] * lively * begin, 0, 0.6)
    gaze = draw_gaze(rng, frames, speaking)
    gaze[:, 0] -= 0.8 * yaw / GAZE_DEGREES  # vestibulo-ocular: the eyes stay on the viewer
    gaze[:, 1] += 0.8 * down / GAZE_DEGREES
    skew = rng.normal(0, 0.08)
    shut = draw_blinks(rng, frames, [b for _, b in phrases], voiced, pitch)
    values = dict(
        headPitch=down, headYaw=yaw, headRoll=roll,
        headX=0.003 * yaw - 0.002 * roll + 0.006 * lively * sway(rng, frames, 0.1, 0.4),
        headY=0.004 * breath + 0.003 * sway(rng, frames, 0.15, 0.4),
        headZ=0.002 * down + 0.008 * lively * sway(rng, frames, 0.1, 0.4),
        browInnerUp=lift, browOuterUpLeft=0.7 * lift * (1 + skew), browOuterUpRight=0.7 * lift * (1 - skew), browDownLeft=knit, browDownRight=knit,
        mouthSmileLeft=smile * (1 + skew), mouthSmileRight=smile * (1 - skew), cheekSquintLeft=0.5 * smile, cheekSquintRight=0.5 * smile,
        eyeSquintLeft=0.35 * smile + 0.2 * knit, eyeSquintRight=0.35 * smile + 0.2 * knit, eyeWideLeft=0.25 * np.maximum(lift - 0.3, 0), eyeWideRight=0.25 * np.maximum(lift - 0.3, 0),
        eyeBlinkLeft=shut, eyeBlinkRight=shut,
        eyeLookOutLeft=np.maximum(gaze[:, 0], 0), eyeLookInRight=np.maximum(gaze[:, 0], 0), eyeLookInLeft=np.maximum(-gaze[:, 0], 0), eyeLookOutRight=np.maximum(-gaze[:, 0], 0),
        eyeLookUpLeft=np.maximum(gaze[:, 1], 0), eyeLookUpRight=np.maximum(gaze[:, 1], 0), eyeLookDownLeft=np.maximum(-gaze[:, 1], 0), eyeLookDownRight=np.maximum(-gaze[:, 1], 0),
    )  # fmt: skip
    for name, value in values.items():
        out[:, INDEX[name]] = value
    out[:, :52] = np.clip(out[:, :52], 0, 1)
    return out
