"""labeller.py TAKES OUT.pt: a small net that guesses the lips from the sound, trained on grid_s1 alone; it labels the voices that nobody filmed (talkers.py).

A guess is the mean of what lips do, which is what labels want: r with the real lip gap is higher than that of any single draw of the diffusion model. Its amplitude is a little small;
`amplitude` in the checkpoint makes up for it (ratio of 95th percentiles of the lip gap on the training clips).
"""

import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from channels import MOUTH
from facepoints import lip_rows, load_rig
from takes import RIG

WIDTH, DILATIONS = 192, (1, 1, 2, 4, 2, 1)
OFFSET, STEPS, BATCH, LENGTH = 50, 700, 32, 75  # windows of 75 frames


class Labeller(nn.Module):
    """tokens [n, 2 * frames, 672] -> mouth channels [n, frames, 28]; sees 0.48 s on each side"""

    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean), self.register_buffer("std", std)
        self.enter = nn.Linear(2 * len(mean), WIDTH)
        self.blocks = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 3, padding=d, dilation=d) for d in DILATIONS)
        self.leave = nn.Linear(WIDTH, len(MOUTH))

    def forward(self, tokens, noise=0.0):
        x = (tokens.clamp(-6, 6) - self.mean) / self.std
        x = x + noise * torch.randn_like(x) if noise else x
        x = F.gelu(self.enter(x.reshape(len(x), x.shape[1] // 2, -1))).transpose(1, 2)
        for block in self.blocks:
            x = x + F.dropout(F.gelu(block(x)), 0.1, self.training)
        return self.leave(x.transpose(1, 2))


def load_labeller(path):
    """-> function: tokens [100 + 2 F, 672] -> mouth [F, 52], 0..1"""
    saved = torch.load(path, weights_only=False)
    net = Labeller(saved["state"]["mean"], saved["state"]["std"])
    net.load_state_dict(saved["state"])
    net.eval()

    @torch.no_grad()
    def guess(tokens):
        motion = net(torch.from_numpy(tokens)[None])[0].numpy()[OFFSET // 2 : -OFFSET // 2]
        mouth = np.zeros((len(motion), 52), np.float32)
        mouth[:, MOUTH] = np.clip(motion * saved["amplitude"], 0, 1)
        return mouth

    return guess


def load(folder, kinds):
    out = []
    for path in sorted(Path(folder).glob("*.npz")):
        if path.stem.split("-")[0].rstrip("0123456789") in kinds:
            take = np.load(path)
            out.append((torch.from_numpy(take["tokens"]), torch.from_numpy(take["mouth"][:, MOUTH])))
    return out


def train(folder, out):
    rng, generator = np.random.default_rng(0), torch.manual_seed(0)
    takes = load(folder, ("one", "mix", "still"))
    lengths = np.array([len(m) for _, m in takes], float)
    sample = torch.cat([t[::7].float() for t, _ in takes]).clamp(-6, 6)
    net = Labeller(sample.mean(0), sample.std(0).clamp(min=0.05))
    gap = torch.tensor(lip_rows(load_rig(RIG))[0][MOUTH], dtype=torch.float32)
    mouths = torch.cat([m.float() for _, m in takes])
    scale = mouths.std(0).clamp(min=0.02)
    optimiser = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, STEPS)
    began = time.time()
    for step in range(STEPS):
        tokens, target = [], []
        for i in rng.choice(len(takes), BATCH, p=lengths / lengths.sum()):
            t, m = takes[i]
            start = int(rng.integers(0, max(1, len(m) - LENGTH + 1)))
            frames = np.clip(np.arange(start, start + LENGTH), 0, len(m) - 1)
            at = np.clip(OFFSET + 2 * np.repeat(frames, 2) + np.tile([0, 1], LENGTH), 0, len(t) - 1)
            tokens.append(t[at]), target.append(m[frames])
        error = net(torch.stack(tokens).float(), 0.4 * rng.random()) - torch.stack(target).float()
        loss = ((error / scale).clamp(-6, 6) ** 2).mean() + 3 * ((error @ gap) / 0.07).square().mean()
        optimiser.zero_grad(), loss.backward(), optimiser.step(), schedule.step()
        if step % 100 == 99:
            print(step + 1, f"{time.time() - began:.0f} s", round(float(loss.detach()), 3), flush=True)
    del generator
    net.eval()
    measure = lambda kind: [(net(t.float()[None])[0, OFFSET // 2 :][: len(m)] @ gap, m.float() @ gap) for t, m in load(folder, (kind,))]
    with torch.no_grad():
        seen = measure("one")
        amplitude = float(np.percentile(torch.cat([b for _, b in seen]), 95) / np.percentile(torch.cat([a for a, _ in seen]), 95))
        r = [np.corrcoef(a[:75], b[:75])[0, 1] for a, b in measure("held")]
    print("held-out lip gap r", round(float(np.mean(r)), 3), "worst", round(float(np.min(r)), 3), "amplitude", round(amplitude, 3))
    torch.save(dict(state=net.state_dict(), amplitude=amplitude), out)


if __name__ == "__main__":
    torch.set_num_threads(1)
    train(sys.argv[1], sys.argv[2])
