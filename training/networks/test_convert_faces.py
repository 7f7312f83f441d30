"""pytest test_convert_faces.py: needs MEDIAPIPE_WHEEL_FOLDER in the environment and what mediapipe_inference.py needs."""

import os
from pathlib import Path

import pytest

WHEEL_FOLDER = os.environ.get("MEDIAPIPE_WHEEL_FOLDER")
SHIPPED = Path(__file__).parents[2] / "models" / "default"
PICTURES = [Path(__file__).parents[2] / "examples" / "astronaut.png"]

if not WHEEL_FOLDER:
    pytest.skip("set MEDIAPIPE_WHEEL_FOLDER to the folder of the mediapipe 0.10.14 wheel", allow_module_level=True)

from check_faces import TOLERANCE, compare_network  # noqa: E402
from convert_faces import NETWORKS, convert_network  # noqa: E402


@pytest.mark.parametrize("name", NETWORKS)
def test_the_shipped_file_is_what_the_converter_writes(name):
    assert (SHIPPED / f"{name}.onnx").read_bytes() == convert_network(Path(WHEEL_FOLDER), NETWORKS[name])


@pytest.mark.parametrize("name", NETWORKS)
def test_every_output_equals_mediapipes_own_inference(name):
    errors = compare_network(Path(WHEEL_FOLDER), SHIPPED / f"{name}.onnx", NETWORKS[name], PICTURES)
    assert max(errors.values()) < TOLERANCE, errors
