"""Takes (takes.py) in memory, and random training windows from them."""

from pathlib import Path

import numpy as np
import torch

from channels import CHANNELS, MOUTH
from model import AHEAD, FRAMES, PREVIOUS

OFFSET = 50  # token at time 0
NAMES = [CHANNELS[i] for i in MOUTH]
MIRROR = [NAMES.index(n.replace("Left", "*").replace("Right", "Left").replace("*", "Right")) for n in NAMES]


class Takes:
    def __init__(self, folder, weights, gap_row):
        """weights {file name prefix: share of the windows}; gap_row [52]"""
        self.gap_row = gap_row[MOUTH]
        self.tokens, self.mouths, self.kinds, self.frames, self.names = [], [], [], [], []
        for path in sorted(Path(folder).glob("*.npz")):
            kind = path.stem.split("-")[0].rstrip("0123456789")
            if kind not in weights:
                continue
            take = np.load(path)
            if len(take["mouth"]) < FRAMES + 2:
                continue
            self.tokens.append(torch.from_numpy(take["tokens"])), self.mouths.append(torch.from_numpy(np.ascontiguousarray(take["mouth"][:, MOUTH])))
            self.kinds.append(kind), self.frames.append(len(take["mouth"])), self.names.append(path.stem)
        frames, kinds = np.array(self.frames, float), np.array(self.kinds)
        self.share = np.zeros(len(frames))
        for kind, weight in weights.items():
            if (kinds == kind).any():
                self.share[kinds == kind] = weight * frames[kinds == kind] / frames[kinds == kind].sum()
        self.share /= self.share.sum()

    def statistics(self, rng, windows=1500):
        """mean and spread of each channel and token feature over random windows"""
        batch = self.draw(rng, windows, None)
        motion, sound = batch["motion"].flatten(0, 1), batch["sound"][:, ::5].flatten(0, 1).float()
        sound[:, :512] = sound[:, :512].clamp(-6, 6)
        return motion.mean(0), motion.std(0).clamp(min=0.02), sound.mean(0), sound.std(0).clamp(min=0.05)

    def draw(self, rng, count, scale):
        """random windows. scale: (mean, std) of the channels, or None for raw motion -> dict of the denoiser's inputs, `motion` [count, 60, 28] clean, `gap` [count, 60] its raw lip gap"""
        sound, motion, previous, start_of_take = [], [], [], []
        for i in rng.choice(len(self.share), count, p=self.share):
            last = self.frames[i] - FRAMES
            start = 0 if rng.random() < 0.12 or last < PREVIOUS else int(rng.integers(PREVIOUS, last + 1))
            wanted = np.clip(np.arange(OFFSET + 2 * (start - PREVIOUS), OFFSET + 2 * (start + FRAMES + AHEAD)), 0, len(self.tokens[i]) - 1)
            sound.append(self.tokens[i][wanted]), motion.append(self.mouths[i][start : start + FRAMES])
            previous.append(self.mouths[i][max(start - PREVIOUS, 0) : max(start, PREVIOUS)])
            start_of_take.append(start == 0)
        motion, previous = torch.stack(motion).float(), torch.stack(previous).float()
        mirrored = torch.from_numpy(rng.random(count) < 0.5)[:, None, None]
        motion, previous = (torch.where(mirrored, m[..., MIRROR], m) for m in (motion, previous))
        keep = lambda share: torch.from_numpy((rng.random(count) >= share).astype(np.float32))
        out = dict(sound=torch.stack(sound), has_sound=keep(0.1), has_previous=torch.where(torch.tensor(start_of_take), 0.0, keep(0.1)), gap=motion @ self.gap_row)
        if scale is not None:
            motion, previous = (motion - scale[0]) / scale[1], (previous - scale[0]) / scale[1]
        return dict(out, motion=motion, previous=previous)
