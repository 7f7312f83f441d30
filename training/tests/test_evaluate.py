"""The measures on signals whose answer is known. Run: pytest training/tests/test_evaluate.py (needs numpy, scipy, torch, opencv, mediapipe; no films, no downloads)."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "evaluate"))
sync_meter = pytest.importorskip("sync_meter")
identity = pytest.importorskip("identity")
from flite_sentences import parse_psdur  # noqa: E402
from measures import (  # noqa: E402
    closure_measures,
    closures,
    find_blinks,
    head_angles,
    head_measures,
    lip_curves,
    silence_measures,
    silent_stretches,
)
from rest_frame import fit_photo, psnr  # noqa: E402


def speechlike(seconds, rate, seed=0):
    """a curve with the spectrum of lips: noise smoothed over 0.1 s"""
    noise = np.random.default_rng(seed).normal(size=int(seconds * rate) + 1)
    return np.convolve(noise, np.hanning(int(0.2 * rate)), "same")


@pytest.mark.parametrize("late_seconds", [-0.08, -0.013, 0.0, 0.04, 0.12])
def test_offset_is_found_to_3_ms(late_seconds):
    fine = speechlike(8, 1000)
    asked_times = np.arange(0, 8, 0.02)
    seen_times = np.arange(0, 7.8, 0.04)
    at = np.arange(len(fine)) / 1000
    measured = sync_meter.measure_sync(asked_times, np.interp(asked_times, at, fine), seen_times, np.interp(seen_times - late_seconds, at, fine))
    assert measured["offset_ms"] == pytest.approx(late_seconds * 1000, abs=3)
    assert measured["agreement"] > 0.97
    assert measured["spread_ms"] < 5


def test_unrelated_lips_do_not_agree():
    asked, seen = speechlike(20, 100, 1), speechlike(20, 100, 2)
    times = np.arange(len(asked)) / 100
    assert sync_meter.measure_sync(times, asked, times, seen)["agreement"] < 0.5


def test_meter_ships_with_weights_of_its_own_shape():
    net = sync_meter.load_meter()
    assert sum(p.numel() for p in net.parameters()) < 400_000
    times, z = sync_meter.predict_lips(net, np.zeros((150, 672)))
    assert z.shape == (150, 3) and np.isfinite(z).all()
    assert times[50] == pytest.approx(0)


def test_lip_gap_is_in_eye_distances():
    landmarks = np.zeros((3, 478, 3))
    landmarks[:, 33], landmarks[:, 263] = [100, 100, 0], [300, 100, 0]
    landmarks[:, 13], landmarks[:, 14] = [200, 220, 0], [200, 240, 0]
    landmarks[:, 78], landmarks[:, 308] = [170, 230, 0], [230, 230, 0]
    gap, width, _ = lip_curves(landmarks)
    assert gap == pytest.approx(0.1)
    assert width == pytest.approx(0.3)


def test_a_closure_is_judged_by_the_smallest_gap_while_the_phone_lasts():
    times = np.arange(50) / 25
    gap, width = np.full(50, 0.1), np.full(50, 0.4)
    gap[10] = 0.002  # 0.40 s: half a percent of the mouth's width
    found = closures(times, gap, width, [("b", 0.38, 0.44), ("aa", 0.44, 0.6), ("p", 1.0, 1.08), ("t", 1.2, 1.3)])
    assert [name for name, _, _ in found] == ["b", "p"]
    assert found[0][2] == pytest.approx(0.005)
    assert closure_measures(found) == {"closures": 2, "closed_share": 0.5, "closed_share_b": 1.0, "closed_share_p": 0.0, "left_open": ["p 1.00 s: 0.250"]}


def test_phone_times_of_flite_are_read():
    assert parse_psdur("pau:0.193 b:0.224 aa:0.431 ") == [("pau", 0.0, 0.193), ("b", 0.193, 0.224), ("aa", 0.224, 0.431)]


def test_silence_is_found_and_twitching_lips_are_counted_in_it():
    rate = 16000
    tone = 0.3 * np.sin(2 * np.pi * 200 * np.arange(rate) / rate)
    samples = np.concatenate([tone, np.zeros(rate), tone])
    assert silent_stretches(samples, rate) == [(1.0, 2.0)]
    times = np.arange(75) / 25
    gap = np.where((times > 0.98) & (times < 2), 0.01, 0.1)
    still = silence_measures(times, gap, [(1.0, 2.0)])
    assert still["still_lips_share"] == 1.0 and still["silent_frames"] > 12
    gap[37] += 0.03  # a twitch moves in and out: two steps
    assert silence_measures(times, gap, [(1.0, 2.0)])["still_lips_share"] == pytest.approx(1 - 2 / still["silent_frames"])


def test_digital_silence_is_one_stretch():
    assert silent_stretches(np.zeros(32000), 16000) == [(0.0, 2.0)]


def turn(pitch, yaw, roll):
    """Rz(roll) Ry(yaw) Rx(pitch), degrees, 4x4"""
    (a, b, c), m = np.radians([pitch, yaw, roll]), np.eye(4)
    x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    m[:3, :3] = 7 * z @ y @ x  # MediaPipe's matrices carry a scale
    return m


def test_head_angles_come_back():
    assert head_angles(np.stack([turn(10, -20, 5)]))[0] == pytest.approx([10, -20, 5], abs=1e-6)


def test_head_measures_of_a_slow_swing():
    t = np.arange(500) / 25
    measured = head_measures(np.stack([turn(0, 4 * np.sin(2 * np.pi * 0.5 * s), 0) for s in t]), 25)
    assert measured["yaw_sd"] == pytest.approx(4 / np.sqrt(2), rel=0.02)
    assert measured["yaw_speed"] == pytest.approx(4 * 2 * np.pi * 0.5 * 2 / np.pi, rel=0.03)  # mean |cos| = 2 / pi
    assert measured["pitch_sd"] < 0.01


def test_blinks_have_depth_and_length_and_half_closed_eyes_are_none():
    times = np.arange(100) / 25
    opening = np.full(100, 0.3)
    opening[20:25] = [0.2, 0.06, 0.03, 0.1, 0.24]
    opening[60:63] = 0.2  # 67 % open: no blink
    (blink,) = find_blinks(times, opening)
    assert blink == pytest.approx((0.8, 0.2, 0.1))


def test_psnr_against_its_definition():
    a = np.full((8, 8, 3), 100, np.uint8)
    assert psnr(a, a + 5) == pytest.approx(20 * np.log10(255 / 5))
    assert psnr(a, a) == 99
    assert fit_photo(np.zeros((100, 60, 3), np.uint8), 30, 50).shape == (50, 30, 3)


def test_the_chip_puts_eyes_and_nose_where_dlib_wants_them():
    points = np.zeros((478, 3))
    angle = np.radians(20)
    rotate = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points[identity.LANDMARKS, :2] = identity.CHIP_POINTS @ rotate.T * 240 + [50, 30]
    target = (0.25 + identity.CHIP_POINTS) / 1.5 * 150
    matrix = identity.similarity_2d(points[identity.LANDMARKS, :2], target)
    assert points[identity.LANDMARKS, :2] @ matrix[:, :2].T + matrix[:, 2] == pytest.approx(target)
    picture = np.zeros((400, 400, 3), np.uint8)
    x, y = points[2, :2].round().astype(int)
    picture[y - 2 : y + 3, x - 2 : x + 3] = 255  # a white nose
    bright = np.argwhere(identity.cut_chip(picture, points)[..., 0] > 100)
    assert bright.mean(0)[::-1] == pytest.approx(target[4], abs=1)
