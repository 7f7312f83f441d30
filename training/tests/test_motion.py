"""training/motion without data: fit, teacher, joins, sampler, network. Run from training/: python -m pytest tests/test_motion.py"""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "motion"), str(Path(__file__).resolve().parents[1])]

from channels import CHANNELS, INDEX, MOUTH  # noqa: E402
from data import MIRROR, MIRROR_SIGN, join  # noqa: E402
from facepoints import similarity  # noqa: E402
from fit import solve  # noqa: E402
from model import SPEED_CENTRES, TOTAL, Denoiser, speed_buckets  # noqa: E402
from sample import karras_sigmas  # noqa: E402
from sample import solve as solve_ode  # noqa: E402
from steady import GROUPS, make_steps  # noqa: E402
from takes import fill, resample_motion, settle  # noqa: E402
from talkers import close_lips  # noqa: E402
from teacher import draw, find_phrases, glide  # noqa: E402


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


def test_teacher_starts_at_rest_repeats_a_seed_and_leaves_the_mouth_alone():
    t = np.arange(4 * 16000) / 16000
    voice = 0.1 * np.sin(2 * np.pi * 120 * t) * (np.sin(2 * np.pi * 0.8 * t) > 0)
    one, again, other = draw(voice, 100, 7), draw(voice, 100, 7), draw(voice, 100, 8)
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other)[:, 52:55].max() > 1  # degrees: another seed, another performance
    np.testing.assert_allclose(one[0, 52:55], 0, atol=0.05)
    assert one[:, :52].min() >= 0 and one[:, :52].max() <= 1
    lips = [i for i in MOUTH if "Smile" not in CHANNELS[i]]
    assert (one[:, lips] == 0).all()


def test_a_head_in_silence_lives_on_gently():
    motion = draw(np.zeros(8 * 16000), 200, 3)
    assert motion[:, 52:55].std(0).max() > 0.2
    assert np.abs(motion[:, 52:55]).max() < 8


def test_short_gaps_do_not_end_a_phrase():
    speaking = np.zeros(100, bool)
    speaking[10:30] = speaking[34:50] = speaking[70:90] = True
    assert find_phrases(speaking) == [(10, 50), (70, 90)]


def test_glide_reaches_each_key():
    track = glide(50, [(5, 2.0, 0.4), (30, -1.0, 0.4)])
    assert track[4] == 0 and track[20] == pytest.approx(2) and track[-1] == pytest.approx(-1)


def test_mirroring_twice_changes_nothing():
    motion = torch.randn(3, 58)
    once = motion[:, MIRROR] * MIRROR_SIGN
    torch.testing.assert_close(once[:, MIRROR] * MIRROR_SIGN, motion)
    assert once[0, INDEX["jawLeft"]] == motion[0, INDEX["jawRight"]] and once[0, INDEX["headYaw"]] == -motion[0, INDEX["headYaw"]]


def test_a_smile_keeps_the_lip_gap_of_an_open_mouth_and_gives_way_to_rounded_lips():
    gap_row = torch.zeros(52)
    gap_row[INDEX["jawOpen"]], gap_row[INDEX["mouthSmileLeft"]] = 0.7, -0.05
    mouth, extras = torch.zeros(1, 52), torch.zeros(1, 58)
    mouth[0, INDEX["jawOpen"]] = 0.5
    extras[0, INDEX["mouthSmileLeft"]] = 0.6
    assert (join(mouth, extras, gap_row)[:, :52] @ gap_row).item() == pytest.approx(0.35, abs=1e-5)
    mouth[0, INDEX["mouthPucker"]] = 1
    assert join(mouth, extras, gap_row)[0, INDEX["mouthSmileLeft"]].item() == pytest.approx(0.18, abs=1e-5)


def test_closures_shut_the_lips_and_only_where_asked():
    gap_row = np.zeros(52)
    gap_row[INDEX["jawOpen"]] = 0.7
    mouth = np.zeros((3, 52))
    mouth[:, INDEX["jawOpen"]] = 0.4
    gap = close_lips(mouth, gap_row, np.array([0, 1, 1.0])) @ gap_row
    np.testing.assert_allclose(gap, [0.28, 0.005, 0.005], atol=1e-9)


def test_takes_end_at_rest_and_silence_before_words_is_still():
    mouth = np.ones((10, 52))
    assert (fill(mouth, 20)[14:] == 0).all() and (fill(mouth, 20)[:10] == 1).all()
    settled = settle(np.ones((60, 52)), (30, 40))
    assert (settled[:14] == 0).all() and (settled[18:52] == 1).all() and (settled[56:] == 0).all()
    assert resample_motion(mouth, 1.25).shape == (8, 52)


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


def test_speed_buckets_rise_with_speed():
    low, high = speed_buckets(torch.tensor([2.0, 15.0]))
    assert (high >= low).all() and low[-1] < -0.99 and high[0] > 0.99 and len(low) == len(SPEED_CENTRES) == 9


def make_inputs(rows=2):
    torch.manual_seed(0)
    ones = torch.ones(rows)
    return dict(
        x=torch.randn(rows, 60, 58), sigma=0.5 * ones, sound=torch.randn(rows, 150, 672), has_sound=ones, previous=torch.randn(rows, 10, 58), has_previous=ones,
        identity=torch.randn(rows, 40), has_identity=ones, speed=torch.randn(rows, 9), has_speed=ones,
    )  # fmt: skip


def make_net():
    torch.manual_seed(1)
    net = Denoiser(width=32, layers=2, heads=2, hearing=1).eval()
    for block in net.blocks:
        torch.nn.init.normal_(block.adapt.weight, std=0.3)
    return net


@pytest.mark.parametrize("condition", ["sound", "previous", "identity", "speed"])
def test_a_dropped_condition_is_not_seen_and_a_given_one_is(condition):
    net, inputs = make_net(), make_inputs()
    changed = {**inputs, condition: inputs[condition] + 1}
    none = {f"has_{condition}": torch.zeros(2)}
    with torch.no_grad():
        assert (net(**inputs) - net(**changed)).abs().max() > 1e-4
        assert (net(**inputs, **{}) - net(**{**inputs, **none})).abs().max() > 1e-4
        torch.testing.assert_close(net(**{**inputs, **none}), net(**{**changed, **none}))


def test_with_no_noise_left_the_denoiser_gives_its_input_back():
    inputs = make_inputs()
    inputs["sigma"] = torch.full((2,), 1e-4)
    lips = [i for i in MOUTH if "Smile" not in CHANNELS[i]]  # heads and the like pass the steady step
    with torch.no_grad():
        torch.testing.assert_close(make_net()(**inputs)[..., lips], inputs["x"][..., lips], atol=2e-3, rtol=0)


def test_the_steady_step_joins_clips_smooths_heads_and_leaves_lips_alone():
    masks, own, before = make_steps(60, 10)
    head, lips = masks[list(GROUPS).index("head")], masks[:, INDEX["jawOpen"]]
    assert head[52:].all() and not lips.any() and masks.sum(0).max() == 1
    line = np.arange(-10, 60) * 0.3 + 2.0
    np.testing.assert_allclose(own[0] @ line[10:] + before[0] @ line[:10], line[10:], atol=1e-5)  # an even turn passes unchanged
    jump = own[0] @ np.full(60, 5.0) + before[0] @ np.zeros(10)
    assert abs(jump[0]) < 0.2 and abs(jump[-1] - 5) < 1e-3 and np.abs(np.diff(jump)).max() < 0.6  # a jump of 5 degrees becomes a move of 0.6 s
    tremble = own[0] @ np.resize([1.0, -1.0], 60)
    assert np.abs(tremble[25:-6]).max() < 0.01


def test_attention_hears_half_a_second_either_side():
    block = make_net().blocks[0]
    open_tokens = block.hear.closed[20] == 0
    assert block.hear.closed.shape == (TOTAL, 150)
    assert open_tokens.nonzero().flatten().tolist() == list(range(2 * 20 - 24, 2 * 20 + 26))
