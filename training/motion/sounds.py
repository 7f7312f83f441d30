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
