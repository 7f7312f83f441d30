import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))
import speech

SECONDS = np.arange(3 * 16000) / 16000


def make_voice(seconds, seed=0):
    """a buzz with moving pitch, formant-like colour and pauses"""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * 16000)) / 16000
    phase = 2 * np.pi * np.cumsum(120 + 20 * np.sin(2 * np.pi * 0.7 * t)) / 16000
    buzz = sum(np.sin(k * phase) / k for k in range(1, 30))
    return (0.1 * buzz * np.clip(np.sin(2 * np.pi * 2.3 * t), 0, 1) + 1e-4 * rng.standard_normal(len(t))).astype(np.float32)


def test_full_scale_sine_has_the_loudness_of_the_standard():
    # BS.1770-4 annex 1: 997 Hz at 0 dBFS in one channel is -3.01 LKFS at 48 kHz; the bilinear shelf at 16 kHz is 0.04 dB off
    assert speech.measure_loudness(np.sin(2 * np.pi * 997 * SECONDS)) == pytest.approx(-3.01, abs=0.05)


def test_gain_is_capped_and_near_silence_is_left_alone():
    assert 20 * np.log10(speech.normalising_gain(-26)) == pytest.approx(3)
    assert 20 * np.log10(speech.normalising_gain(-58)) == pytest.approx(30)
    assert speech.normalising_gain(-61) == 1
    assert speech.normalising_gain(-np.inf) == 1


def test_log_mel_equals_faster_whisper():
    extractor = pytest.importorskip("faster_whisper.feature_extractor").FeatureExtractor()
    voice = make_voice(3)
    voice[:400] = voice[-400:] = 0  # so that reflected and zero padding are the same
    expected = extractor(voice, padding=0)
    got = speech.scale_mel(speech.log_mel(voice), peak_floor=-10)
    assert got.shape == (80, 300)
    hops = min(got.shape[1], expected.shape[1])
    assert np.abs(got[:, :hops] - expected[:, :hops]).max() < 1e-4


def test_windows_cover_every_hop_once_with_a_second_of_context():
    for seconds in (0.04, 3, 8, 8.04, 16, 40):
        hops = round((seconds + 2) * 100)
        windows = speech.windows_of(hops)
        assert [w[2] for w in windows] == [0] + [w[3] for w in windows[:-1]]
        assert windows[-1][3] == hops
        assert all(end - start <= 1000 for start, end, _, _ in windows)
        assert all(first - start == 100 for start, _, first, _ in windows[1:])
        assert all(end - last == 100 for _, end, _, last in windows[:-1])
        assert len(windows) == max(1, -(-round(seconds * 100) // 800))


def test_tokens_have_two_a_frame_and_a_second_of_silence_at_both_ends():
    fake = lambda mel: np.repeat(mel[:1, ::2].T, 512, 1)  # noqa: E731
    for samples in (1, 639, 640, 641, 48000, 200001):
        tokens, offset = speech.speech_tokens(make_voice(20)[:samples], fake)
        assert (tokens.shape, offset) == ((100 + 2 * -(-samples // 640), 672), 50)


def test_tokens_are_in_time():
    click = np.zeros(32000, np.float32)
    click[16000 : 16000 + 320] = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(320) / 16000)  # fills token 50 of the sound, first of frame 25
    tokens, offset = speech.speech_tokens(click, lambda mel: np.zeros((mel.shape[1] // 2, 512), np.float32))
    energy = tokens[:, 512:].max(1)
    assert np.argmax(energy) == offset + 50
    assert np.array_equal(speech.frame_tokens(tokens, 25, 1), tokens[offset + 50 : offset + 52])


def test_silence_stays_silent():
    fake = lambda mel: np.zeros((mel.shape[1] // 2, 512), np.float32)  # noqa: E731
    noise = 10 ** (-66 / 20) * np.random.default_rng(0).standard_normal(48000)
    assert speech.speech_tokens(noise, fake)[0][:, 512:].max() < -0.1
    assert speech.speech_tokens(np.zeros(48000), fake)[0][:, 512:].max() == pytest.approx((speech.MEL_PEAK_FLOOR - 8 + 4) / 4)
