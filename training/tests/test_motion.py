"""training/motion without data: fit, takes, voices, windows, network, sampler, the plan of run.py. Run from training/: python -m pytest tests/test_motion.py"""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

MOTION = Path(__file__).resolve().parents[1] / "motion"
sys.path[:0] = [str(MOTION), str(MOTION.parent)]

import run  # noqa: E402
import sounds  # noqa: E402
import takes  # noqa: E402
import talkers  # noqa: E402
from channels import CHANNELS, INDEX, MOUTH  # noqa: E402
from data import MIRROR, NAMES, Takes  # noqa: E402
from facepoints import similarity  # noqa: E402
from fit import solve  # noqa: E402
from labeller import Labeller, load_labeller  # noqa: E402
from model import AHEAD, FRAMES, PREVIOUS, TOTAL, Denoiser  # noqa: E402
from sample import SAMPLER, karras_sigmas, sample_motion  # noqa: E402
from sample import solve as solve_ode  # noqa: E402
from speakers import lip_class  # noqa: E402
from speech import FRAME_SAMPLES, count_frames  # noqa: E402

torch.set_num_threads(1)  # on a busy machine threads wait for each other
RATE = sounds.RATE
GAP_ROW = np.zeros(52)  # as the rig's, the larger entries
GAP_ROW[[INDEX[n] for n in ("jawOpen", "mouthClose", "mouthFunnel", "mouthUpperUpLeft", "mouthUpperUpRight")]] = 0.75, -0.75, 0.25, 0.06, 0.06


def make_voice(seconds, seed=0, hz=120):
    """a buzz of 120 Hz, loud and soft 2.3 times a second"""
    t = np.arange(int(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * k * hz * t) / k for k in range(1, 30))
    return 0.1 * buzz * np.clip(np.sin(2 * np.pi * 2.3 * t), 0, 1) + 1e-4 * np.random.default_rng(seed).normal(size=len(t))


def frequency_of(x):
    """Hz of the largest peak of the spectrum"""
    return np.abs(np.fft.rfft(x * np.hanning(len(x)))).argmax() * RATE / len(x)


def correlate(a, b):
    return np.corrcoef(a, b)[0, 1]


# --- fit ------------------------------------------------------------------------------------------------------------------------------------------


def test_similarity_finds_scale_rotation_and_shift():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(20, 3))
    rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    rotation *= np.sign(np.linalg.det(rotation))
    s, r, t = similarity(points, 2.5 * points @ rotation.T + [1, 2, 3])
    assert s == pytest.approx(2.5)
    np.testing.assert_allclose(r, rotation, atol=1e-9)
    np.testing.assert_allclose(t, [1, 2, 3], atol=1e-9)


def test_fit_gives_back_coefficients_and_shuts_shut_lips():
    rng = np.random.default_rng(1)
    moves = rng.normal(size=(52, 468, 3))
    true = np.clip(rng.normal(0.1, 0.2, (40, 52)), 0, 1)
    true[20:] = true[20]
    gap_row = np.zeros(52)
    gap_row[INDEX["jawOpen"]], gap_row[INDEX["mouthClose"]] = 0.7, -0.7
    true[:, [INDEX["jawOpen"], INDEX["mouthClose"]]] = 0.3
    found = solve(np.einsum("fc,cld->fld", true, moves[:, :, :2]), true @ gap_row, np.ones(40, bool), np.arange(40) == 0, moves, gap_row, iterations=300)
    assert (found >= 0).all() and (found <= 1).all()
    np.testing.assert_allclose(found[22:], true[22:], atol=0.01)
    np.testing.assert_allclose(found @ gap_row, 0, atol=0.01)


# --- sounds ---------------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("samples", [RATE, RATE + 77])
def test_spectra_overlapped_give_the_sound_back(samples):
    x = np.random.default_rng(2).normal(size=samples)
    np.testing.assert_allclose(sounds.overlap(sounds.spectra(x), samples), x, atol=1e-9)


def test_time_warped_by_nothing_is_the_same_sound():
    x = make_voice(2)
    same = sounds.warp_time(x, np.arange(50.0))
    assert same.shape == x.shape
    assert correlate(same, x) > 0.99


def test_half_the_speed_is_twice_as_long_at_the_same_pitch():
    tone = np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)
    slow = sounds.warp_time(tone, (np.arange(100) + 0.5) / 2 - 0.5)
    assert len(slow) == 2 * len(tone)
    assert frequency_of(slow[RATE:-RATE]) == pytest.approx(440, abs=2)
    assert sounds.rms(slow[RATE:-RATE]) == pytest.approx(sounds.rms(tone), rel=0.2)


def test_a_warp_moves_a_click_to_where_its_frame_went():
    x = 1e-3 * np.random.default_rng(3).normal(size=2 * RATE)
    x[RATE : RATE + 80] += 1.0  # middle of frame 24.5 + 1 / 16
    slow = sounds.warp_time(x, (np.arange(100) + 0.5) / 2 - 0.5)
    assert np.abs(slow).argmax() / RATE == pytest.approx(2.0, abs=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_a_song_holds_loud_places_and_never_goes_back(seed):
    x, frames = make_voice(3, hz=200), 75
    at = sounds.hold_times(np.random.default_rng(seed), x, frames)
    assert (np.diff(at) > 0).all() and np.diff(at).max() < 1 + 1e-9
    assert at[0] >= -0.5 and at[-1] <= frames - 0.5
    assert len(at) > frames + 10  # three frames become 0.6 s or more
    level = np.array([sounds.rms(x[f * FRAME_SAMPLES : (f + 1) * FRAME_SAMPLES]) for f in range(frames)])
    held = at[:-1][np.diff(at) < 0.5]
    assert np.interp(held, np.arange(frames), level).min() > 0.5 * level.max()


def voicing(x):
    """highest peak of the normalised autocorrelation between 60 and 400 Hz over frames of 64 ms: mean of the louder half"""
    frames = x[: len(x) // 1024 * 1024].reshape(-1, 1024)
    loud = frames[np.argsort(frames.std(1))[len(frames) // 2 :]]
    peaks = []
    for f in loud:
        f = f - f.mean()
        r = np.correlate(f, f, "full")[1023:] / (f @ f) / (1 - np.arange(1024) / 1024)
        peaks.append(r[RATE // 400 : RATE // 60].max())
    return np.mean(peaks)


def test_a_whisper_has_no_pitch_and_keeps_the_loudness_curve():
    x = make_voice(3)
    quiet = sounds.whisper(np.random.default_rng(0), x)
    assert voicing(x) > 0.9 and voicing(quiet) < 0.5
    level = lambda v: np.sqrt(np.square(v).reshape(-1, FRAME_SAMPLES).mean(1))
    assert quiet.shape == x.shape and correlate(level(quiet), level(x)) > 0.9


def test_a_faster_voice_is_higher_and_shorter():
    tone = np.sin(2 * np.pi * 300 * np.arange(RATE) / RATE)
    fast = sounds.change_voice(tone, 1.25)
    assert len(fast) == RATE / 1.25 and frequency_of(fast) == pytest.approx(375, abs=2)


# --- takes ----------------------------------------------------------------------------------------------------------------------------------------


def test_motion_read_at_other_times():
    line = np.stack([np.arange(10.0), 5 - np.arange(10.0)], 1)
    np.testing.assert_allclose(takes.warp_motion(line, np.array([0, 2.5, 9, 12])), [[0, 5], [2.5, 2.5], [9, -4], [9, -4]])
    fast = takes.resample_motion(line, 1.25)
    assert fast.shape == (8, 2)
    np.testing.assert_allclose(fast[:, 0], np.clip((np.arange(8) + 0.5) * 1.25 - 0.5, 0, 9))  # middles of frames stay in place
    np.testing.assert_allclose(takes.resample_motion(line, 1.0), line)


def test_takes_end_at_rest_and_silence_before_words_is_still():
    mouth = np.ones((10, 52))
    assert (takes.fill(mouth, 20)[14:] == 0).all() and (takes.fill(mouth, 20)[:10] == 1).all()
    assert takes.fill(mouth, 6).shape == (6, 52)
    settled = takes.settle(np.ones((60, 52)), (30, 40))
    assert (settled[:14] == 0).all() and (settled[18:52] == 1).all() and (settled[56:] == 0).all()


def lip_curve(seconds, seed=0):
    """functions of seconds with the spectrum of lips"""
    fine = np.convolve(np.random.default_rng(seed).normal(size=int(seconds * 1000)), np.hanning(200), "same")
    return lambda t: np.interp(t, np.arange(len(fine)) / 1000, fine)


@pytest.mark.parametrize(("late", "expected"), [(0.0, 0.0), (1.2, 1.2), (-0.6, -0.6), (4.0, takes.MOST_LAG)])
def test_the_lag_of_a_clip_is_found(monkeypatch, late, expected):
    import sync_meter

    curve, times = lip_curve(4), np.arange(150) / 50
    monkeypatch.setattr(sync_meter, "predict_lips", lambda meter, tokens: (times, np.stack([curve(times + 0.5)] * 3, 1)))
    seen = curve((np.arange(75) - late) / 25 + 0.5)
    assert takes.measure_lag(None, None, seen) == pytest.approx(expected, abs=0.1)


def test_lips_that_do_not_follow_the_sound_are_left_where_they_are(monkeypatch):
    import sync_meter

    times = np.arange(150) / 50
    monkeypatch.setattr(sync_meter, "predict_lips", lambda meter, tokens: (times, np.stack([lip_curve(4)(times)] * 3, 1)))
    assert takes.measure_lag(None, None, lip_curve(4, seed=1)(np.arange(75) / 25)) == 0


def test_moving_labels_by_the_lag_sets_them_right():
    curve = lip_curve(4)
    late = curve((np.arange(75) - 1.5) / 25 + 0.5)[:, None]
    moved = takes.warp_motion(late, np.arange(75) + 1.5)[:72, 0]
    assert correlate(moved, curve(np.arange(72) / 25 + 0.5)) > 0.99 > correlate(late[:72, 0], curve(np.arange(72) / 25 + 0.5))


@pytest.mark.parametrize("seed", range(4))
def test_mixes_songs_and_efforts_have_a_frame_of_lips_for_each_frame_of_sound(seed):
    rng = np.random.default_rng(seed)
    mouth = np.clip(np.random.default_rng(9).random((50, 52)), 0, 1)
    for heard, lips in (takes.mix_clips(rng, [(make_voice(2, k), mouth) for k in range(3)]), takes.sing_clip(rng, make_voice(2), mouth), takes.change_effort(rng, make_voice(2), mouth)):
        assert len(lips) == count_frames(heard)
        assert np.isfinite(heard).all() and lips.min() >= 0 and lips.max() <= 1


# --- other talkers' lips --------------------------------------------------------------------------------------------------------------------------


def test_phones_and_what_lips_do_at_them():
    assert {lip_class(p) for p in ("b", "p", "m", "pʰ", "ˈm", "mʲ", "ⁿb", "β")} == {"shut"}
    assert {lip_class(p) for p in ("f", "v", "vʲ", "ɱ")} == {"teeth"}
    assert {lip_class(p) for p in ("", "a", "n", "w", "ʋ", "dʒ", "(en)", "pau")} == {""}  # pau: flite's pause


def open_mouth(frames, **more):
    mouth = np.zeros((frames, 52))
    for name, value in dict(jawOpen=0.4, **more).items():
        mouth[:, INDEX[name]] = value
    return mouth


def test_closures_shut_the_lips_and_only_where_asked():
    gap = talkers.close_lips(open_mouth(4), GAP_ROW, np.array([0, 0.5, 1, 1])) @ GAP_ROW
    np.testing.assert_allclose(gap, [0.3, (0.3 + talkers.SHUT) / 2, talkers.SHUT, talkers.SHUT], atol=1e-9)


def test_lips_that_mouth_close_brings_together_are_not_pushed_through_each_other():
    mouth = open_mouth(3, mouthClose=0.15, mouthFunnel=0.2)
    closed = talkers.close_lips(mouth, GAP_ROW, np.ones(3))
    np.testing.assert_allclose(closed @ GAP_ROW, talkers.SHUT, atol=1e-9)
    assert (closed[:, INDEX["mouthClose"]] == 0.15).all() and (closed >= 0).all()
    pressed = open_mouth(3, mouthClose=0.5)
    np.testing.assert_array_equal(talkers.close_lips(pressed, GAP_ROW, np.ones(3)), pressed)


@pytest.mark.parametrize("middle", [0.6, 0.613, 0.63])
def test_lips_are_shut_within_a_frame_of_b_m_p_and_open_elsewhere(middle):
    gap = talkers.correct(open_mouth(30), [["shut", middle - 0.03, middle + 0.03], ["", 0.7, 0.9]], GAP_ROW) @ GAP_ROW
    shut = np.flatnonzero(gap < 0.02)
    assert np.abs((shut + 0.5) / 25 - middle).min() < 0.04 and 1 <= len(shut) <= 4
    away = np.abs((np.arange(30) + 0.5) / 25 - middle) > 0.03 + 0.085
    np.testing.assert_allclose(gap[away], 0.3)


def test_a_long_pause_marked_shut_covers_few_frames():
    gap = talkers.correct(open_mouth(75), [["shut", 0.5, 2.5]], GAP_ROW) @ GAP_ROW
    assert (gap < 0.02).sum() <= 5


def test_the_lower_lip_goes_to_the_teeth_at_f_and_v():
    out = talkers.correct(open_mouth(30, mouthPucker=0.5), [["teeth", 0.5, 0.6]], GAP_ROW)
    at = 13  # 0.52 - 0.56 s
    assert out[at, INDEX["mouthRollLower"]] == pytest.approx(0.85 * 0.4) and out[at, INDEX["mouthUpperUpLeft"]] == pytest.approx(0.85 * 0.2)
    assert out[at, INDEX["jawOpen"]] == pytest.approx(0.15 * 0.4 + 0.85 * 0.07) and out[at, INDEX["mouthPucker"]] < 0.1
    np.testing.assert_array_equal(out[:8], open_mouth(8, mouthPucker=0.5))


def test_labels_follow_the_performance():
    """a voice said at half speed: the phone's closure comes at twice its time, lips rest at the end"""
    frames, at = 40, (np.arange(80) + 0.5) / 2 - 0.5
    sound = dict(clean=np.zeros((100 + 2 * frames, 672), np.float16), tokens=np.zeros((100 + 160, 672), np.float16), at=at, scale=1.25, phones=json.dumps([["shut", 0.79, 0.81]]))
    mouth = talkers.label_sound(lambda tokens: open_mouth(frames), sound, GAP_ROW)
    gap = mouth @ GAP_ROW
    assert mouth.shape == (80 + takes.TAIL, 52)
    assert abs((gap[:80].argmin() + 0.5) / 25 - 1.6) < 0.08 and gap[:80].min() < 0.02
    np.testing.assert_allclose(gap[5:30], 1.25 * 0.3)
    assert (mouth[86:] == 0).all()


def test_every_performance_has_a_time_of_the_clean_voice_for_each_frame():
    clean = make_voice(1.5)
    for seed in range(12):
        heard, at, scale = talkers.perform(np.random.default_rng(seed), clean)
        assert len(at) == count_frames(heard) and (np.diff(at) > 0).all()
        assert at[0] >= -0.5 and at[-1] <= count_frames(clean) + 0.5 and 1 <= scale <= 1.35


def test_labeller_gives_28_channels_a_frame_and_its_guesses_stay_in_range(tmp_path):
    torch.manual_seed(0)
    net = Labeller(torch.zeros(672), torch.ones(672)).eval()
    with torch.no_grad():
        assert net(torch.randn(2, 150, 672)).shape == (2, 75, len(MOUTH))
    torch.save(dict(state=net.state_dict(), amplitude=30.0), tmp_path / "labeller.pt")
    guess = load_labeller(tmp_path / "labeller.pt")(np.random.default_rng(0).normal(size=(100 + 2 * 40, 672)).astype(np.float32))
    assert guess.shape == (40, 52) and guess.min() == 0 and guess.max() == 1
    assert not np.delete(guess, MOUTH, 1).any()


# --- windows --------------------------------------------------------------------------------------------------------------------------------------


def write_take(folder, name, frames):
    """tokens that tell their index, mouths that tell their frame: jawLeft = frame / 1000, jawRight = frame / 1000 + 0.5"""
    mouth = np.zeros((frames + takes.TAIL, 52), np.float32)
    mouth[:, INDEX["jawLeft"]] = np.arange(len(mouth)) / 1000
    mouth[:, INDEX["jawRight"]] = np.arange(len(mouth)) / 1000 + 0.5
    tokens = np.repeat(np.arange(100 + 2 * frames, dtype=np.float32)[:, None], 672, 1)
    np.savez(folder / name, tokens=tokens.astype(np.float16), mouth=mouth)


@pytest.fixture
def windows(tmp_path):
    for name, frames in (("one-a.npz", 75), ("mix0-000.npz", 150), ("mix1-000.npz", 90), ("held-b.npz", 75), ("still-000.npz", 30)):
        write_take(tmp_path, name, frames)
    return Takes(tmp_path, dict(one=0.7, mix=0.3, still=0.1, kok=0.2), torch.linspace(0, 1, 52))


def test_kinds_are_read_by_name_and_share_the_windows(windows):
    assert sorted(windows.names) == ["mix0-000", "mix1-000", "one-a"]  # held out, too short
    share = {kind: sum(s for s, k in zip(windows.share, windows.kinds) if k == kind) for kind in ("one", "mix")}
    assert share["one"] == pytest.approx(0.7) and share["mix"] == pytest.approx(0.3)
    assert windows.share[windows.names.index("mix0-000")] / windows.share[windows.names.index("mix1-000")] == pytest.approx(170 / 110)


def test_windows_have_their_own_sound_and_the_frames_before(windows):
    batch = windows.draw(np.random.default_rng(0), 64, None)
    shapes = {k: tuple(v.shape) for k, v in batch.items()}
    assert shapes == dict(sound=(64, 150, 672), has_sound=(64,), has_previous=(64,), gap=(64, FRAMES), motion=(64, FRAMES, 28), previous=(64, PREVIOUS, 28))
    left, right = NAMES.index("jawLeft"), NAMES.index("jawRight")
    mirrored = batch["motion"][:, 0, left] > batch["motion"][:, 0, right]
    assert 10 < mirrored.sum() < 54
    for row in range(64):
        frame = lambda m, row=row: m[row, :, right if mirrored[row] else left] * 1000
        start = frame(batch["motion"])[0].round()
        torch.testing.assert_close(frame(batch["motion"]), start + torch.arange(60.0), atol=0.05, rtol=0)
        assert batch["sound"][row, 2 * PREVIOUS, 0] == 50 + 2 * start and (batch["sound"][row].diff(dim=0) >= 0).all()
        if start == 0:
            assert batch["has_previous"][row] == 0
        else:
            torch.testing.assert_close(frame(batch["previous"]), start - PREVIOUS + torch.arange(10.0), atol=0.05, rtol=0)
    gap = batch["motion"] @ torch.linspace(0, 1, 52)[MOUTH]
    torch.testing.assert_close(batch["gap"].float(), gap.float(), atol=1e-5, rtol=0)


def test_windows_are_scaled_and_the_same_for_the_same_seed(windows):
    mean, std = torch.full((28,), 0.1), torch.full((28,), 0.2)
    raw, scaled = (windows.draw(np.random.default_rng(5), 8, scale) for scale in (None, (mean, std)))
    torch.testing.assert_close(scaled["motion"] * 0.2 + 0.1, raw["motion"])
    torch.testing.assert_close(scaled["previous"] * 0.2 + 0.1, raw["previous"])
    torch.testing.assert_close(scaled["gap"], raw["gap"])
    mean, std, token_mean, token_std = windows.statistics(np.random.default_rng(0), 50)
    assert mean.shape == std.shape == (28,) and token_mean.shape == token_std.shape == (672,)
    assert std.min() >= 0.0199 and token_mean[:512].max() <= 6 < token_mean[512:].min()


def test_mirroring_swaps_left_and_right_and_twice_changes_nothing():
    motion = torch.randn(3, 28)
    once = motion[:, MIRROR]
    torch.testing.assert_close(once[:, MIRROR], motion)
    for name in NAMES:
        other = name.replace("Left", "R").replace("Right", "Left").replace("R", "Right") if name.endswith(("Left", "Right")) else name
        assert (once[:, NAMES.index(name)] == motion[:, NAMES.index(other)]).all()


# --- network and sampler --------------------------------------------------------------------------------------------------------------------------


def gaussian_denoiser(spread):
    """the ideal denoiser of N(0, spread^2): Karras 2022, appendix B"""
    return lambda x, sigma: x * spread**2 / (spread**2 + sigma**2)


@pytest.mark.parametrize(("name", "order"), [("euler", 1), ("heun", 2), ("dpmpp2m", 2)])
def test_solvers_converge_with_their_order(name, order):
    """of N(0, 0.5^2) the ODE's end is known: x0 = x * 0.5 / sqrt(0.25 + sigma_max^2); halving the step divides the error by 2^order"""
    x = torch.tensor([[[3.0]]], dtype=torch.float64)
    errors = []
    for steps in (32, 64):
        sigmas = karras_sigmas(steps, 0.002, 8.0, 5.0).double()
        end = solve_ode(gaussian_denoiser(0.5), x, sigmas, name)
        errors.append(abs(end.item() - 3 * 0.5 / np.sqrt(0.25 + 64)))
    assert np.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.45)


def make_inputs(rows=2):
    torch.manual_seed(0)
    ones = torch.ones(rows)
    return dict(x=torch.randn(rows, 60, 28), sigma=0.5 * ones, sound=torch.randn(rows, 150, 672), has_sound=ones, previous=torch.randn(rows, 10, 28), has_previous=ones)


def make_net():
    torch.manual_seed(1)
    net = Denoiser(width=32, layers=2, heads=2, hearing=1).eval()
    for block in net.blocks:
        torch.nn.init.normal_(block.adapt.weight, std=0.3)
    return net


@pytest.mark.parametrize("rows", [1, 3])
def test_the_denoiser_makes_a_clip_of_the_mouths_channels(rows):
    assert len(MOUTH) == 28 and all(CHANNELS[i].startswith(("jaw", "mouth", "cheekPuff")) for i in MOUTH)
    with torch.no_grad():
        out = make_net()(**make_inputs(rows))
    assert out.shape == (rows, FRAMES, 28) and out.isfinite().all()


@pytest.mark.parametrize("condition", ["sound", "previous"])
def test_a_dropped_condition_is_not_seen_and_a_given_one_is(condition):
    net, inputs = make_net(), make_inputs()
    changed = {**inputs, condition: inputs[condition] + 1}
    none = {f"has_{condition}": torch.zeros(2)}
    with torch.no_grad():
        assert (net(**inputs) - net(**changed)).abs().max() > 1e-4
        assert (net(**inputs) - net(**{**inputs, **none})).abs().max() > 1e-4
        torch.testing.assert_close(net(**{**inputs, **none}), net(**{**changed, **none}))


def test_with_no_noise_left_the_denoiser_gives_its_input_back():
    inputs = make_inputs()
    inputs["sigma"] = torch.full((2,), 1e-4)
    with torch.no_grad():
        torch.testing.assert_close(make_net()(**inputs), inputs["x"], atol=2e-3, rtol=0)


def test_attention_hears_half_a_second_either_side():
    block = make_net().blocks[0]
    open_tokens = block.hear.closed[20] == 0
    assert block.hear.closed.shape == (TOTAL, 150) and TOTAL + AHEAD == 75
    assert open_tokens.nonzero().flatten().tolist() == list(range(2 * 20 - 24, 2 * 20 + 26))


def make_motion(seed=0, frames=130, carry=True, **sampler):
    mean, std = torch.full((28,), 0.1), torch.full((28,), 0.2)
    tokens = [np.random.default_rng(k).normal(size=(100 + 2 * frames, 672)).astype(np.float32) for k in (0, 1)]
    return sample_motion(make_net(), mean, std, tokens, frames, seed, sampler=SAMPLER | dict(steps=3) | sampler, carry=carry)


def test_a_seed_gives_its_own_motion_every_time():
    one, again, other = make_motion(4), make_motion(4), make_motion(5)
    assert one.shape == (2, 130, 52)
    torch.testing.assert_close(one, again, rtol=0, atol=0)
    assert (one - other).abs().max() > 0.01 and (one[0] - one[1]).abs().max() > 0.01
    assert one.min() > -1e-6 and one.max() < 1 + 1e-6
    assert not np.delete(one.numpy(), MOUTH, 2).any()


def test_clips_see_the_frames_before_them_where_asked():
    carried, alone = make_motion(), make_motion(carry=False)
    torch.testing.assert_close(carried[:, :60], alone[:, :60])  # the first clip has none before it
    assert (carried[:, 60:120] - alone[:, 60:120]).abs().max() > 1e-3


def test_guidance_of_one_needs_no_second_row_and_gives_the_same_as_any_where_sound_is_not_heard():
    net = make_net()
    with torch.no_grad():
        net.silent.zero_(), net.token.weight.zero_(), net.token.bias.zero_()  # heard or not: the same
    args = torch.full((28,), 0.1), torch.full((28,), 0.2), [np.ones((200, 672), np.float32)], 50
    one, two = (sample_motion(net, *args, 0, sampler=SAMPLER | dict(steps=3, guidance=g)) for g in (1, 3.0))
    torch.testing.assert_close(one, two, atol=1e-5, rtol=0)


# --- run.py ---------------------------------------------------------------------------------------------------------------------------------------


class FakeProcess:
    """stands for subprocess.Popen: notes its command, makes the file it was told to make; programs in `failing` fail"""

    ran, failing = [], ()

    def __init__(self, command, env=None):
        self.name, self.rest = Path(command[1]).name, command[2:]
        FakeProcess.ran.append((self.name, *self.rest))
        assert Path(command[1]).exists()

    def wait(self):
        if self.name in self.failing:
            return 1
        if ".partial." in self.rest[-1]:
            Path(self.rest[-1]).write_text(self.name)
        return 0


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setattr(run.subprocess, "Popen", FakeProcess)
    monkeypatch.setattr(FakeProcess, "ran", [])
    return FakeProcess


def test_run_goes_through_every_step_in_order_and_is_resumable(fake, tmp_path):
    run.main(["data", str(tmp_path), "--processes", "3", "--kokoro", "kok", "--hours", "2"])
    names = [name for name, *_ in fake.ran]
    steps = [("track", 3), ("fit", 1), ("takes", 3), ("takes", 3), ("labeller", 1), ("train", 1), ("talkers", 3), ("talkers", 3), ("train", 1), ("export", 1), ("check_motion", 1)]
    assert names == [f"{name}.py" for name, count in steps for _ in range(count)]
    assert [c[1] for c in fake.ran if c[0] == "takes.py"] == ["clips"] * 3 + ["mixes"] * 3
    assert ("talkers.py", "sounds", "data", str(tmp_path / "voices"), "--hours", "2.0", "--kokoro", "kok", "--share", "2/3") in fake.ran
    assert {p.name for p in tmp_path.iterdir() if p.is_file()} == {"fit.npz", "labeller.pt", "stage-a.json", "stage-b.json"}
    config = json.loads((tmp_path / "stage-b.json").read_text())
    assert config["start"] == str(tmp_path / "stage-a.pt") and config["processes"] == 3
    assert "start" not in json.loads((tmp_path / "stage-a.json").read_text())

    first, fake.ran[:] = len(fake.ran), []
    run.main(["data", str(tmp_path), "--processes", "3"])
    assert len(fake.ran) == first - 2 and not {"fit.py", "labeller.py"} & {name for name, *_ in fake.ran}
    assert not any("--kokoro" in command for command in fake.ran)


def test_run_stops_where_a_program_fails_and_leaves_no_half_file(fake, monkeypatch, tmp_path):
    monkeypatch.setattr(fake, "failing", ("labeller.py",))
    with pytest.raises(SystemExit, match=r"labeller\.py failed"):
        run.main(["data", str(tmp_path)])
    assert fake.ran[-1][0] == "labeller.py" and not (tmp_path / "labeller.pt").exists()


def test_a_dry_run_prints_the_commands_and_does_nothing(fake, tmp_path, capsys):
    run.main(["data", str(tmp_path / "out"), "--dry-run"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 11 and lines[0].startswith("track.py data/grid_s1") and "(x 2)" in lines[0]
    assert not fake.ran and not (tmp_path / "out").exists()


def test_talkers_takes_the_arguments_that_run_gives_it(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(talkers, "plan", lambda *arguments: asked.append(arguments) or [])
    command = next(c for _, commands in run.plan_steps(Path("data"), tmp_path, 2, Path("kok"), 2.5) for c in commands if c[:2] == ["talkers.py", "sounds"])
    monkeypatch.setattr(sys, "argv", list(map(str, command)))
    talkers.main()
    assert asked == [(Path("data"), Path("kok"), 2.5)]
