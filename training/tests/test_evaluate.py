"""The measures on signals whose answer is known. Run: pytest training/tests/test_evaluate.py (needs numpy, scipy, torch, opencv, mediapipe; no films, no downloads)."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "evaluate"))
sync_meter = pytest.importorskip("sync_meter")
identity = pytest.importorskip("identity")
import life  # noqa: E402
import teeth  # noqa: E402
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
from rest_frame import fit_photo, loop_measures, psnr  # noqa: E402


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


def swing(hertz, degrees, fps=25, seconds=20):
    return degrees * np.sin(2 * np.pi * hertz * np.arange(seconds * fps) / fps)


def test_head_variance_is_shared_out_by_frequency():
    slow, middle, quick, hasty = (swing(f, 1) for f in (0.1, 0.5, 1.5, 3))
    angles = np.stack([slow + middle, middle + quick, quick + hasty], 1) + np.arange(500)[:, None] * 0.01  # a trend counts for nothing
    shares = life.variance_shares(angles, 25)
    assert [shares[f"head_share_{name}"] for name in life.BAND_NAMES] == pytest.approx([1 / 6, 1 / 3, 1 / 3, 1 / 6], abs=0.03)


def test_turns_that_come_with_tilts():
    yaw, other = speechlike(20, 25, 1), speechlike(20, 25, 2)
    assert life.turn_tilt_r(np.stack([other, yaw, -0.5 * yaw], 1)) == pytest.approx(1)
    assert life.turn_tilt_r(np.stack([other, yaw, other], 1)) < 0.3
    assert np.isnan(life.turn_tilt_r(np.zeros((100, 3))))


@pytest.mark.parametrize("lag", [-0.2, 0.0, 0.12])
def test_a_head_that_leads_or_follows_the_loud_syllables(lag):
    rate, at = 16000, np.arange(16000 * 12) / 16000
    loudness = np.repeat(np.random.default_rng(3).uniform(-30, 0, 40), len(at) // 40)  # dB, a new level every 0.3 s
    samples = np.sin(2 * np.pi * 200 * at) * 10 ** (loudness / 20)
    times = np.arange(25, 275) / 25
    r, seconds = life.coupling(times, life.log_energy(samples, rate, times - lag), samples, rate)
    assert r > 0.95 and seconds == pytest.approx(lag, abs=0.02)


def test_level_has_a_floor_under_the_loud_parts():
    samples = np.concatenate([np.sin(np.arange(16000) * 0.1), np.zeros(16000)])
    level = life.log_energy(samples, 16000, np.arange(5, 196) / 100)[[45, 145]]
    assert level == pytest.approx([-3, -3 + life.ENERGY_FLOOR_DB], abs=1.5)


def test_blink_rhythm_leaves_held_closures_out():
    times, opening = np.arange(500) / 25, np.full(500, 0.3)
    for first in (50, 100, 200, 450):  # blinks at 2, 4, 8 and 18 s
        opening[first : first + 4] = 0.05
    opening[300:325] = 0.05  # one second shut
    rhythm = life.blink_rhythm(times, opening)
    assert rhythm["long_closures"] == 1
    assert rhythm["blink_intervals"] == [2, 4, 10]
    assert rhythm["blink_interval_cv"] == pytest.approx(np.std([2, 4, 10], ddof=1) / (16 / 3))
    assert np.isnan(life.blink_rhythm(times, np.full(500, 0.3))["blink_interval_cv"])


def test_fastest_smile():
    ramp = lambda seconds: np.linspace(0, 0.6, int(seconds * 25) + 1)
    curve = np.concatenate([np.zeros(50), ramp(2), np.full(50, 0.6), ramp(1.5)[::-1], np.zeros(50), ramp(1), np.full(50, 0.6)])
    assert life.fastest_rise(curve, 25) == pytest.approx(0.8, abs=0.08)  # 80 % of the ramp of one second
    assert np.isnan(life.fastest_rise(0.05 * ramp(1), 25))


def test_drift_of_a_film_that_falls_asleep():
    times = np.arange(1500) / 25
    gap = 0.1 * (1 + np.sin(2 * np.pi * times))
    tired = np.where(times < 30, gap, 0.5 * gap + 0.02)
    assert life.drift_measures(times, gap) == pytest.approx({"drift_amplitude": 1, "drift_rest": 0}, abs=0.01)
    assert life.drift_measures(times, tired) == pytest.approx({"drift_amplitude": 0.5, "drift_rest": 0.02}, abs=0.01)


def test_loop_difference_is_the_largest_of_three():
    first, photo = np.full((100, 100, 3), 50, np.uint8), np.full((100, 100, 3), 57, np.uint8)
    landmarks = np.tile(np.array([[20, 20, 0], [80, 80, 0]]), (239, 1))
    assert loop_measures(first, first + 2, photo, landmarks) == {"loop_first_last": 2, "loop_first_photo": 7, "loop_last_photo": 5, "loop_difference": 7}


def mouth(lower, upper=0.0):
    """[478, 3]: eyes 100 apart, lips meeting 30 under the nose; the lower inner lip `lower`, the upper one `upper` below (above) that"""
    points = np.zeros((478, 3))
    points[33], points[263], points[78], points[308] = [0, 0, 0], [100, 0, 0], [25, 80, 0], [75, 80, 0]
    points[2], points[14], points[13] = [50, 50, 0], [50, 80 + lower, 0], [50, 80 - upper, 0]
    return points


def test_lower_lip_reaches_the_teeth_or_does_not():
    frames = np.stack([mouth(0)] * 10 + [mouth(20)] * 10 + [mouth(1, 3)] * 5 + [mouth(6)] * 5)
    times = np.arange(30) / 25
    found = teeth.teeth_contacts(times, frames, [("f", 0.82, 0.9), ("v", 1.05, 1.15), ("t", 0.1, 0.2)])
    assert found == [("f", 0.82, True), ("v", 1.05, False)]
    assert teeth.teeth_measures(found) == {"teeth_cases": 2, "teeth_share": 0.5}


def test_grid_words_become_phones():
    found = teeth.grid_phones(["0 25000 sil", "25000 37500 five", "37500 50000 now"])
    assert [(name, round(a, 2), round(b, 2)) for name, a, b in found] == [("f", 1.0, 1.1), ("v", 1.42, 1.5), ("n", 1.5, 1.58)]


def test_pinyin_free_phones_of_japanese():
    kokoro = pytest.importorskip("kokoro")
    assert kokoro.phones_of("konbanwa, shinbun ga aru.", "ja") == "koɴbaɴwa, ɕiɴbɯɴ ɡa aɾɯ."


def test_an_option_that_goes_one_way():
    controls = pytest.importorskip("controls")
    assert controls.goes_one_way([1, 2, 3], 1) and not controls.goes_one_way([1, 2, 3], -1)
    assert controls.goes_one_way([3, 2], 0) and not controls.goes_one_way([1, 2, 1.5], 0)
    names = [name for name, *_ in controls.GROUPS]
    assert len(set(names)) == len(names)


def test_gaze_is_seen_in_the_irises_whatever_the_tilt():
    controls = pytest.importorskip("controls")
    points = np.zeros((2, 478, 3))
    for iris, (a, b), x in ((468, (33, 133), 0), (473, (362, 263), 100)):
        points[:, a, 0], points[:, b, 0], points[:, iris, 0] = x, x + 40, x + 20
        points[1, iris, :2] += [8, -4]  # 0.2 eye widths to the right, 0.1 up
    angle = np.radians(25)
    points[..., :2] = points[..., :2] @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    assert controls.iris_offsets(points) == pytest.approx(np.array([[0, 0], [0.2, 0.1]]))


def test_seeds_are_compared_by_lips_and_head():
    seeds = pytest.importorskip("seeds")
    from film import Tracks

    def film_of(gap, yaw):
        landmarks = np.stack([mouth(20 * g) for g in gap])
        return Tracks(np.arange(len(gap)) / 25, landmarks, {}, np.stack([turn(y, y, -y) for y in yaw]), 100, 100)

    gap, yaw = 1 + speechlike(8, 25, 1)[:200] * 0.01, 3 * speechlike(8, 25, 2)[:200] * 0.1
    found = seeds.compare_films(film_of(gap, yaw), film_of(gap, -yaw))
    assert found["lip_gap_r"] == pytest.approx(1) and found["head_r"] == pytest.approx(-1, abs=0.01)


def test_labels_and_motion_are_read(tmp_path):
    plots, labels = pytest.importorskip("plots"), pytest.importorskip("labels")
    (tmp_path / "a.align").write_text("0 25000 sil\n25000 30000 four\n")
    words = labels.read_labels(tmp_path / "a.align")
    assert words == [("sil", 0, 1), ("four", 1, 1.2)]
    assert labels.label_at(words, 1.1) == "four" and labels.label_at(words, 2) == ""
    (tmp_path / "m.json").write_text('{"format": "animate-motion", "version": 1, "fps": 25, "channels": ["jawOpen", "headYaw"], "frames": [[0, 1], [0.5, 2]]}')
    times, channels = plots.read_motion(tmp_path / "m.json")
    assert times.tolist() == [0, 0.04] and plots.find_channel(channels, "yaw").tolist() == [1, 2] and plots.find_channel(channels, "roll") is None


def test_a_strip_shows_the_nearest_frame_of_every_40_ms():
    strips = pytest.importorskip("strips")
    assert strips.frames_between(np.arange(100) / 50, 0.2, 0.32) == [10, 12, 14, 16]
    assert strips.spans_of(["four"], [("four", 1.0, 1.2), ("now", 2, 3)]) == [pytest.approx((0.88, 1.32))]
