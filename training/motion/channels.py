"""The motion vector's channels, read from src/motion/channels.ts so that there is one list only."""

import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src/motion/channels.ts"


def read_names(constant):
    """names in `export const <constant> = [ '...' ] as const` of channels.ts"""
    body = re.search(rf"export const {constant} = \[(.*?)\] as const", SOURCE.read_text(), re.S).group(1)
    return re.findall(r"'(\w+)'", body)


COEFFICIENTS = read_names("coefficientNames")
HEAD = read_names("headNames")
CHANNELS = COEFFICIENTS + HEAD
INDEX = {name: i for i, name in enumerate(CHANNELS)}
FPS = 25

# What speech moves, and so what grid_s1 can teach; the rest is drawn at run time (src/performance/). tongueOut cannot be seen in the landmarks and stays 0.
MOUTH = [INDEX[n] for n in COEFFICIENTS if n.startswith(("jaw", "mouth")) or n == "cheekPuff"]
BLINKS = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
assert len(COEFFICIENTS) == 52 and len(CHANNELS) == 58
