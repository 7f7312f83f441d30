"""Sounds made here: noises, rooms, telephone lines, instrumental music, and changes of voice. All mono float64 [samples] at 16 kHz; every function takes its random generator."""

import numpy as np
from scipy.signal import butter, fftconvolve, lfilter, resample_poly

RATE = 16000


def rms(x):
    return np.sqrt(np.mean(np.square(x)) + 1e-12)


def make_noise(rng, samples):
    """white to brown noise (power ~ 1/f^slope), sometimes hum, sometimes swelling; unit rms"""
    f = np.fft.rfftfreq(samples, 1 / RATE)
    spectrum = (rng.normal(size=len(f)) + 1j * rng.normal(size=len(f))) / np.maximum(f, 30) ** (rng.uniform(0, 2) / 2)
    noise = np.fft.irfft(spectrum, samples)
    noise /= rms(noise)
    t = np.arange(samples) / RATE
    if rng.random() < 0.25:
        hum = sum(np.sin(2 * np.pi * rng.choice([50, 60]) * k * t) / k for k in (1, 2, 3))
        noise = noise + rng.uniform(0.2, 1) * hum
    if rng.random() < 0.4:
        noise = noise * (1 + 0.7 * np.sin(2 * np.pi * rng.uniform(0.1, 3) * t + rng.uniform(0, 6)))
    if rng.random() < 0.3:  # knocks and clicks
        for at in rng.integers(0, samples, max(1, samples // RATE)):
            n = min(samples - at, int(rng.uniform(0.005, 0.1) * RATE))
            noise[at : at + n] += rng.uniform(2, 12) * rng.normal(size=n) * np.exp(-np.arange(n) / (n / 4 + 1))
    return noise / rms(noise)


def make_music(rng, samples):
    """chords, a tune and drums; unit rms"""
    out = np.zeros(samples)
    t = np.arange(samples) / RATE
    beat = 60 / rng.uniform(70, 150)
    root = rng.uniform(90, 220)
    scale = np.array([0, 2, 4, 5, 7, 9, 11]) if rng.random() < 0.5 else np.array([0, 2, 3, 5, 7, 8, 10])
    bright = rng.uniform(0.8, 2.0)

    def play(at, seconds, hz, level, attack):
        a, n = int(at * RATE), int(seconds * RATE)
        n = min(n, samples - a)
        if n <= 0:
            return
        x = t[:n]
        tone = sum(np.sin(2 * np.pi * hz * k * x + rng.uniform(0, 6)) / k**bright for k in range(1, 9) if hz * k < 7500)
        out[a : a + n] += level * tone * np.minimum(1, x / attack) * np.exp(-x / (seconds * rng.uniform(0.4, 3)))

    for at in np.arange(0, samples / RATE, beat * 4):
        degree = rng.choice([0, 3, 4, 5])
        for third in (0, 2, 4):
            play(at, beat * 4, root * 2 ** (scale[(degree + third) % 7] / 12), 0.3, 0.02)
    for at in np.arange(0, samples / RATE, beat / rng.choice([1, 2])):
        if rng.random() < 0.7:
            play(at, beat, 2 * root * 2 ** (rng.choice(scale) / 12), 0.5, 0.01)
    if rng.random() < 0.7:
        for i, at in enumerate(np.arange(0, samples / RATE, beat / 2)):
            a = int(at * RATE)
            n = min(samples - a, RATE // 6)
            decay = np.exp(-np.arange(n) / (RATE * 0.03))
            kick = np.sin(2 * np.pi * 60 * t[:n]) * 2 if i % 4 == 0 else rng.normal(size=n) * (1.0 if i % 4 == 2 else 0.3)
            out[a : a + n] += kick * decay
    return out / rms(out)


def add_room(rng, x):
    """a synthetic room: the direct sound, then noise dying away over 0.1-0.6 s"""
    seconds = rng.uniform(0.1, 0.6)
    n = int(seconds * RATE)
    tail = rng.normal(size=n) * 10 ** (-3 * np.arange(n) / n) * rng.uniform(0.02, 0.12)
    tail[: int(0.002 * RATE)] = 0
    tail[0] = 1
    return fftconvolve(x, tail)[: len(x)]


def through_telephone(x):
    b, a = butter(4, [300 / (RATE / 2), 3400 / (RATE / 2)], "band")
    return lfilter(b, a, x)


def tilt(rng, x):
    """a microphone's colour: first-order shelf, up or down"""
    k = rng.uniform(-0.6, 0.6)
    return lfilter([1, k], [1], x)


def change_voice(x, factor):
    """played `factor` times faster: pitch, formants and tempo all scale, as from a smaller or larger head"""
    return resample_poly(x, 100, round(100 * factor))


def disturb(rng, x):
    """a random recording of the voice x: room, colour, telephone, noise or music under it"""
    if rng.random() < 0.3:
        x = add_room(rng, x)
    if rng.random() < 0.4:
        x = tilt(rng, x)
    if rng.random() < 0.12:
        x = through_telephone(x)
    level = rms(x)
    if rng.random() < 0.55:
        x = x + make_noise(rng, len(x)) * level * 10 ** (-rng.uniform(3, 35) / 20)
    if rng.random() < 0.2:
        x = x + make_music(rng, len(x)) * level * 10 ** (-rng.uniform(3, 20) / 20)
    return x


# --- other ways to use a voice --------------------------------------------------------------------------------------------------------------------

HOP, SIZE = 160, 640  # 10 ms, 40 ms


def spectra(x):
    """[n] -> short-time spectra [n / HOP + 1, SIZE / 2 + 1], Hann"""
    views = np.lib.stride_tricks.sliding_window_view(np.pad(x, SIZE), SIZE)[SIZE // 2 :: HOP][: len(x) // HOP + 1]
    return np.fft.rfft(views * np.hanning(SIZE))


def overlap(frames, samples):
    """inverse of spectra() for any frames [k, SIZE / 2 + 1] (weighted overlap-add; Griffin and Lim 1984) -> [samples]"""
    window, out = np.hanning(SIZE), np.zeros(len(frames) * HOP + 2 * SIZE)
    weight = np.zeros_like(out)
    for i, frame in enumerate(np.fft.irfft(frames, SIZE)):
        out[i * HOP : i * HOP + SIZE] += frame * window
        weight[i * HOP : i * HOP + SIZE] += window**2
    start = SIZE // 2
    return (out / np.maximum(weight, 0.1))[start : start + samples]


def warp_time(x, at, fps=25):
    """x [n] with its time bent, pitch kept: output video frame f sounds like frame at[f] of x. Phase vocoder (Flanagan and Golden 1966; Dolson 1986) -> [len(at) / fps * RATE]"""
    s = spectra(x)
    samples = int(len(at) * RATE / fps)
    hops = np.arange(samples // HOP + 1) * HOP / RATE * fps - 0.5
    at = np.r_[1.5 * at[0] - 0.5 * at[1], at, 1.5 * at[-1] - 0.5 * at[-2]]
    position = np.clip(np.interp(hops, np.r_[-0.5, np.arange(len(at) - 2), len(at) - 2.5], at) / fps * RATE / HOP + 0.5 * RATE / HOP / fps, 0, len(s) - 1.001) + 1e-6
    k = position.astype(int)
    t = (position - k)[:, None]
    size = np.abs(s[k]) * (1 - t) + np.abs(s[k + 1]) * t
    advance = np.angle(s[k + 1]) - np.angle(s[k])
    expected = 2 * np.pi * np.arange(s.shape[1]) * HOP / SIZE
    advance = expected + (advance - expected + np.pi) % (2 * np.pi) - np.pi
    phase = np.angle(s[k[0]]) + np.concatenate([np.zeros((1, s.shape[1])), np.cumsum(advance, 0)[:-1]])
    return overlap(size * np.exp(1j * phase), samples)


def hold_times(rng, x, frames, fps=25):
    """which frame of the voice x is heard at each frame of the song: its loudest places are held for 0.6-2.5 s, the rest goes on at its own speed -> [more frames]"""
    level = np.array([rms(x[int(f * RATE / fps) : int((f + 1) * RATE / fps)]) if (f + 1) * RATE / fps <= len(x) else 0 for f in range(frames)])
    smooth = np.convolve(level, np.ones(3) / 3, "same")
    rate = np.ones(frames)  # source frames a frame of the song
    for _ in range(rng.integers(1, 4)):
        peak = int(smooth.argmax())
        if smooth[peak] <= 0:
            break
        reach = slice(max(0, peak - 1), min(frames, peak + 2))
        rate[reach] = 3 / (rng.uniform(0.6, 2.5) * fps)
        smooth[max(0, peak - 8) : peak + 9] = 0
    ends = np.cumsum(1 / rate)  # frame of the song at which each source frame ends
    return np.interp(np.arange(int(ends[-1])) + 0.5, np.r_[0, ends], np.arange(frames + 1)) - 0.5


def add_vibrato(rng, x):
    """4.5-6.5 Hz, up to half a semitone"""
    t = np.arange(len(x))
    hz, depth = rng.uniform(4.5, 6.5), rng.uniform(0.1, 0.5)
    swing = (2 ** (depth / 12) - 1) * RATE / (2 * np.pi * hz)
    return np.interp(t + swing * np.sin(2 * np.pi * hz * t / RATE), t, x)


def whisper(rng, x):
    """the voice's envelope (cepstrum under 2 ms) on noise"""
    s = spectra(x)
    cepstrum = np.fft.irfft(np.log(np.abs(s) + 1e-6))
    cepstrum[:, 24:-23] = 0
    noise = spectra(rng.normal(size=len(x)))[: len(s)]
    lift = np.linspace(0.3, 1.0, s.shape[1])  # whispered speech lacks the low end
    return overlap(np.exp(np.fft.rfft(cepstrum).real) * lift * noise / np.sqrt(SIZE / 2), len(x))


def shout(rng, x):
    """brighter and harder, as a raised voice is"""
    bright = x - rng.uniform(0.6, 0.9) * np.r_[0, x[:-1]]
    bright = bright / rms(bright)
    return np.tanh(rng.uniform(0.8, 2.0) * bright)
