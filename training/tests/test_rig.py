"""The rig that ships: reads models/default/rig.bin alone."""
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "training" / "rig"))
from names import COEFFICIENTS, INDEX, LEFT_EYE_UPPER, LOWER_INNER, UPPER_INNER, UPPER_TEETH  # noqa: E402
from rigfile import landmark_basis, landmarks_of, read_rig, write_rig  # noqa: E402

LOOPS = ["upperLipSeam", "lowerLipSeam", "upperLipOuter", "lowerLipOuter", "rightEyeUpper", "rightEyeLower", "leftEyeUpper", "leftEyeLower"]


@pytest.fixture(scope="module")
def rig():
    return read_rig(ROOT / "models" / "default" / "rig.bin")


def posed(rig, **weights):
    return rig["vertices"] + sum(x * rig["expressions"][INDEX[name]] for name, x in weights.items())


def largest_gap(vertices, first, second):
    """Largest distance (front view) from a vertex of one path to the other path's line at the same x."""
    a, b = vertices[first], vertices[second]
    return np.abs(np.interp(b[:, 0], a[:, 0], a[:, 1]) - b[:, 1])[1:-1].max()


def farthest(points, path):
    """Largest distance of points [n, 3] from a polyline [m, 3]."""
    start, step = path[:-1], np.diff(path, axis=0)
    share = np.clip(((points[:, None] - start) * step).sum(2) / (step**2).sum(1), 0, 1)
    return np.linalg.norm(points[:, None] - start - share[..., None] * step, axis=2).min(1).max()


def test_arrays_fit_each_other(rig):
    count = len(rig["vertices"])
    assert count <= 9000
    assert rig["expressions"].shape == (52, count, 3) and rig["identities"].shape == (40, count, 3)
    assert rig["triangles"].max() < count and len(rig["parts"]) == len(rig["triangles"])
    assert (np.diff(rig["parts"].astype(int)) >= 0).all() and set(rig["parts"]) == set(range(9))
    assert rig["meta"]["coefficients"] == COEFFICIENTS
    assert all(np.isfinite(v).all() for k, v in rig.items() if k != "meta")


def test_writing_and_reading_keeps_the_rig(rig, tmp_path):
    write_rig(tmp_path / "again.bin", rig)
    again = read_rig(tmp_path / "again.bin")
    np.testing.assert_array_equal(again["triangles"], rig["triangles"])
    np.testing.assert_allclose(again["expressions"], rig["expressions"], atol=2e-5)  # half a step of 16 bits over at most 0.5 dm


@pytest.mark.parametrize("loop", LOOPS)
def test_loops_run_from_image_left_to_image_right(rig, loop):
    assert (np.diff(rig["vertices"][rig[loop]][:, 0]) > 0).all()


@pytest.mark.parametrize("first, second", [LOOPS[k : k + 2] for k in (0, 2, 4, 6)])
def test_paired_loops_share_their_corners(rig, first, second):
    assert rig[first][0] == rig[second][0] and rig[first][-1] == rig[second][-1]


@pytest.mark.parametrize("weights", [{}, {"jawOpen": 1, "mouthClose": 1}, {"jawOpen": 0.4, "mouthClose": 0.4}, {"mouthPucker": 1}, {"mouthPressLeft": 1, "mouthPressRight": 1}])
def test_lips_meet(rig, weights):
    vertices = posed(rig, **weights)
    width = np.ptp(vertices[rig["upperLipSeam"]][:, 0])
    assert largest_gap(vertices, rig["upperLipSeam"], rig["lowerLipSeam"]) < 0.005 * width


def test_open_jaw_parts_the_lips(rig):
    vertices = posed(rig, jawOpen=0.5)
    assert largest_gap(vertices, rig["upperLipSeam"], rig["lowerLipSeam"]) > 0.3 * np.ptp(vertices[rig["upperLipSeam"]][:, 0])


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_blink_closes_the_lids(rig, side):
    vertices = posed(rig, **{f"eyeBlink{side.capitalize()}": 1})
    width = np.ptp(rig["vertices"][rig[f"{side}EyeUpper"]][:, 0])
    assert farthest(vertices[rig[f"{side}EyeLower"]], vertices[rig[f"{side}EyeUpper"]]) < 0.02 * width


def test_left_is_the_persons_left(rig):
    for name, sign in (("mouthSmileLeft", 1), ("eyeBlinkRight", -1), ("browOuterUpLeft", 1)):
        size = np.linalg.norm(rig["expressions"][INDEX[name]], axis=1)
        assert sign * (size * rig["vertices"][:, 0]).sum() > 0
    assert rig["expressions"][INDEX["jawLeft"]][rig["lowerLipSeam"]].mean(0)[0] > 0.02


@pytest.mark.parametrize("weights", [{}, {"mouthPressLeft": 1, "mouthPressRight": 1}, {"mouthSmileLeft": 0.5, "mouthSmileRight": 0.5, "jawOpen": 0.5}])
def test_teeth_stay_behind_the_lips(rig, weights):
    vertices = posed(rig, **weights)
    teeth = vertices[np.unique(rig["triangles"][rig["parts"] == UPPER_TEETH])]
    seam = vertices[rig["upperLipSeam"]]
    front = teeth[np.abs(teeth[:, 0]) < np.abs(seam[:, 0]).max() * 0.8]
    assert (front[:, 2] < np.interp(front[:, 0], seam[:, 0], seam[:, 2])).all()


def test_upper_teeth_stand_still_and_lower_teeth_move_rigidly(rig):
    upper, lower = (np.unique(rig["triangles"][rig["parts"] == p]) for p in (4, 5))
    assert np.abs(rig["expressions"][:, upper]).max() == 0
    spread = lambda v: np.linalg.norm(v[lower][:, None] - v[lower][None, ::97], axis=2)
    stretch = spread(posed(rig, jawOpen=1)) - spread(rig["vertices"])
    assert np.abs(stretch).max() < 0.01  # 1 mm over an arch of 50


def test_landmarks_lie_on_the_mesh(rig):
    np.testing.assert_allclose(rig["landmarkWeights"].sum(1), 1, atol=1e-5)
    assert rig["landmarkWeights"].min() > -1e-6
    for marks, loop in ((UPPER_INNER, "upperLipSeam"), (LOWER_INNER, "lowerLipSeam"), (LEFT_EYE_UPPER[1:-1], "leftEyeUpper")):
        used = rig["landmarkWeights"][marks] > 0
        assert np.isin(rig["landmarkTriangles"][marks], rig[loop])[used].all()
    place = landmarks_of(rig, rig["vertices"])
    assert place[10, 1] > place[1, 1] > place[13, 1] > place[152, 1] and place[33, 0] < place[133, 0] < place[362, 0] < place[263, 0]


def test_landmark_basis_is_linear(rig):
    rest, expressions, identities = landmark_basis(rig)
    assert rest.shape == (478, 3) and expressions.shape == (52, 478, 3) and identities.shape == (40, 478, 3)
    np.testing.assert_allclose(landmarks_of(rig, posed(rig, jawOpen=0.3)), rest + 0.3 * expressions[INDEX["jawOpen"]], atol=1e-5)
