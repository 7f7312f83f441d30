"""Takes (takes.py) in memory, and random training windows from them."""

from pathlib import Path

import numpy as np
import torch

from channels import CHANNELS, FPS, INDEX, MOUTH
from model import AHEAD, FRAMES, IDENTITY, PREVIOUS, speed_buckets

OFFSET = 50  # token at time 0
SMILE = [INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"]]
HEAD = [INDEX["headPitch"], INDEX["headYaw"], INDEX["headRoll"]]
MIRROR = [INDEX[n.replace("Left", "*").replace("Right", "Left").replace("*", "Right")] for n in CHANNELS]
MIRROR_SIGN = torch.tensor([-1.0 if n in ("headYaw", "headRoll", "headX") else 1.0 for n in CHANNELS])


def join(mouth, extras, gap_row):
    """lips [..., 52] and everything else [..., 58] -> motion [..., 58]. A smile gives way to rounded lips, and the jaw makes up for what it takes from an open mouth"""
    smile = extras[..., SMILE] * (1 - 0.7 * torch.maximum(mouth[..., INDEX["mouthPucker"]], mouth[..., INDEX["mouthFunnel"]])).clamp(min=0)[..., None]
    out = extras.clone()
    out[..., MOUTH] = mouth[..., MOUTH]
    out[..., SMILE] = (mouth[..., SMILE] + smile).clamp(0, 1)
    lost = -(smile @ gap_row[SMILE])
    opened = ((mouth @ gap_row) / 0.1).clamp(0, 1)
    jaw = INDEX["jawOpen"]
    out[..., jaw] = (out[..., jaw] + opened * lost / gap_row[jaw]).clamp(0, 1)
    return out


def head_speed(motion):
    """mean rotation speed, degrees/s. motion [..., frames, 58] -> [...]"""
    return motion[..., HEAD].diff(dim=-2).norm(dim=-1).mean(-1) * FPS


class Takes:
    def __init__(self, folder, weights, gap_row):
        """weights {file name prefix: share of the windows}"""
        self.gap_row = gap_row
        tokens, mouths, extras, self.kinds, self.frames, self.names = [], [], [], [], [], []
        for path in sorted(Path(folder).glob("*.npz")):
            kind = path.stem.split("-")[0].rstrip("0123456789")
            if kind not in weights:
                continue
            take = np.load(path)
            if len(take["mouth"]) < FRAMES + 2:
                continue
            tokens.append(torch.from_numpy(take["tokens"])), mouths.append(torch.from_numpy(take["mouth"])), extras.append(torch.from_numpy(take["extras"]))
            self.kinds.append(kind), self.frames.append(len(take["mouth"])), self.names.append(path.stem)
        self.tokens, self.mouths, self.extras = tokens, mouths, extras
        frames, kinds = np.array(self.frames, float), np.array(self.kinds)
        self.share = np.zeros(len(frames))
        for kind, weight in weights.items():
            if (kinds == kind).any():
                self.share[kinds == kind] = weight * frames[kinds == kind] / frames[kinds == kind].sum()
        self.share /= self.share.sum()

    def normalise(self, net):
        """tokens as the net wants them, once and for all"""
        self.tokens = [net.normalise(t.float()).to(torch.bfloat16) for t in self.tokens]

    def statistics(self, rng, windows=1500):
        """mean and spread of each channel and token feature over random windows"""
        batch = self.draw(rng, windows, None)
        motion, sound = batch["motion"].flatten(0, 1), batch["sound"][:, ::5].flatten(0, 1).float()
        sound[:, :512] = sound[:, :512].clamp(-6, 6)
        return motion.mean(0), motion.std(0).clamp(min=0.02), sound.mean(0), sound.std(0).clamp(min=0.05)

    def draw(self, rng, count, scale):
        """random windows. scale: (mean, std) of the channels, or None for raw motion -> dict of the denoiser's inputs, `motion` [count, 60, 58] clean, `gap` [count, 60] its raw lip gap"""
        sound, mouth, extras, previous_mouth, previous_extras, start_of_take = [], [], [], [], [], []
        for i in rng.choice(len(self.share), count, p=self.share):
            last = self.frames[i] - FRAMES
            start = 0 if rng.random() < 0.12 or last < PREVIOUS else int(rng.integers(PREVIOUS, last + 1))
            track = self.extras[i][rng.integers(len(self.extras[i]))]
            wanted = np.clip(np.arange(OFFSET + 2 * (start - PREVIOUS), OFFSET + 2 * (start + FRAMES + AHEAD)), 0, len(self.tokens[i]) - 1)
            sound.append(self.tokens[i][wanted])
            mouth.append(self.mouths[i][start : start + FRAMES]), extras.append(track[start : start + FRAMES])
            before = slice(max(start - PREVIOUS, 0), max(start, PREVIOUS))
            previous_mouth.append(self.mouths[i][before]), previous_extras.append(track[before])
            start_of_take.append(start == 0)
        motion = join(torch.stack(mouth).float(), torch.stack(extras).float(), self.gap_row)
        previous = join(torch.stack(previous_mouth).float(), torch.stack(previous_extras).float(), self.gap_row)
        mirrored = torch.from_numpy(rng.random(count) < 0.5)[:, None, None]
        motion = torch.where(mirrored, motion[..., MIRROR] * MIRROR_SIGN, motion)
        previous = torch.where(mirrored, previous[..., MIRROR] * MIRROR_SIGN, previous)
        keep = lambda share: torch.from_numpy((rng.random(count) >= share).astype(np.float32))
        begins = torch.tensor(start_of_take)
        out = dict(
            sound=torch.stack(sound), has_sound=keep(0.1), has_previous=torch.where(begins, 0.0, keep(0.02)),
            identity=torch.from_numpy(rng.normal(size=(count, IDENTITY)).astype(np.float32)), has_identity=keep(0.1),
            speed=speed_buckets(head_speed(motion)), has_speed=keep(0.2), gap=motion[..., :52] @ self.gap_row,
        )  # fmt: skip
        if scale is not None:
            motion, previous = (motion - scale[0]) / scale[1], (previous - scale[0]) / scale[1]
        return dict(out, motion=motion, previous=previous)
