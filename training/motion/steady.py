"""What is known of the channels' smoothness, as one linear step at the denoiser's end: heads do not tremble, and a clip goes on from where the last one stopped.

For each group of channels, clean = A @ clean + B @ previous: the jump between the previous frames' course and the clip's start is taken out and let back in over a while, then a
local-linear regression with a Gaussian window (Cleveland 1979) smooths over both. True motion passes nearly unchanged (its own smoothness is of that order), so the denoiser only loses
error by it. Lips are left as they are.
"""

import numpy as np

from channels import CHANNELS

# name -> (channel name starts, sigma of the window in frames, frames until a jump is forgotten); 0: not at all
GROUPS = {
    "head": (("head",), 2.0, 10.0),
    "brows and cheeks": (("brow", "cheekSquint", "eyeSquint", "eyeWide"), 1.5, 6.0),
    "gaze": (("eyeLook",), 0.6, 0.0),
    "blinks": (("eyeBlink",), 0.0, 2.0),
}


def regression_row(positions, at, sigma):
    """weights [positions] that give the local-linear estimate at `at` from values at `positions`"""
    x = np.stack([np.ones(len(positions)), positions - at], 1)
    w = np.exp(-((positions - at) ** 2) / (2 * sigma**2)) + 1e-9
    return np.linalg.solve(x.T @ (w[:, None] * x), x.T * w)[0]


def make_group(frames, previous, sigma, memory):
    """-> A [frames, frames], B [frames, previous]"""
    own, before = np.arange(frames), np.arange(-previous, 0)
    a, b = np.eye(frames), np.zeros((frames, previous))
    if memory > 0:
        fade = np.exp(-((own / memory) ** 2))
        if sigma > 0:
            expected, found = regression_row(before, 0.0, sigma), regression_row(own, 0.0, sigma)
        else:
            expected, found = np.eye(previous)[-1], np.eye(frames)[0]
            fade = np.exp(-(((own + 1) / memory) ** 2))
        a, b = a - np.outer(fade, found), np.outer(fade, expected)
    if sigma > 0:
        smooth = np.array([regression_row(np.r_[before, own], t, sigma) for t in own])
        a, b = smooth[:, previous:] @ a, smooth[:, previous:] @ b + smooth[:, :previous]
    return a, b


def make_steps(frames, previous):
    """-> masks [groups, 58] 0 or 1, A [groups, frames, frames], B [groups, frames, previous]"""
    masks = np.array([[any(name.startswith(s) for s in starts) for name in CHANNELS] for starts, _, _ in GROUPS.values()], float)
    pairs = [make_group(frames, previous, sigma, memory) for _, sigma, memory in GROUPS.values()]
    return masks, np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
