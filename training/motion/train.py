"""train.py CONFIG.json TAKES RIG OUT.pt: trains the denoiser; resumes from OUT.pt where it is there. One CONFIG a stage: configs/.

RIG: rig.bin or correspondence.npz, for the decoded lip gap and mouth width. With "processes": 2 in CONFIG each draws its own batches and their weights are averaged now and
then (gloo): on a busy machine that is far faster than two threads, which wait for each other at every operation.
 Checkpoints hold the moving average of the weights (`model`), all that resuming needs, `mean` and `std`.
"""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from channels import MOUTH
from data import Takes
from facepoints import lip_rows, load_rig
from model import Denoiser

WEIGHT_CAP = 20.0
NOISE = torch.randn(9_000_000, generator=torch.Generator().manual_seed(0)).to(torch.bfloat16)  # a store of it: drawing anew is slow
APART = 8  # steps between two averagings of the processes' weights


def channel_weights(std):
    """how much each channel counts: by how much it moves (spread / 0.05 within 0.2 .. 2)"""
    return (std / 0.05).clamp(0.2, 2)


def losses(net, batch, rng, rows, mean, std, weights):
    """EDM's loss on the channels, on their velocity, and on the decoded lips"""
    clean = batch["motion"]
    n = len(clean)
    generator = torch.Generator().manual_seed(int(rng.integers(1 << 62)))
    normal = lambda *shape: torch.randn(*shape, generator=generator)
    sigma = torch.exp(-0.6 + 1.3 * normal(n))
    size = batch["sound"].numel()
    at = int(rng.integers(len(NOISE) - size))
    sound = net.normalise(batch["sound"].float()).to(torch.bfloat16) + NOISE[at : at + size].view(batch["sound"].shape) * (0.3 * torch.rand(n, 1, 1, generator=generator)).to(torch.bfloat16)
    previous = batch["previous"] + normal(*batch["previous"].shape) * 0.15 * torch.rand(n, 1, 1, generator=generator)
    noisy = clean + sigma[:, None, None] * normal(*clean.shape)
    with torch.autocast("cpu", torch.bfloat16):
        denoised = net(noisy, sigma, sound, batch["has_sound"], previous, batch["has_previous"]).float()
    edm = ((sigma**2 + 1) / sigma**2).clamp(max=WEIGHT_CAP)[:, None]
    error = denoised - clean
    seam = error[:, :1] * batch["has_previous"][:, None, None]  # the previous frame is known: what is wrong with the first is wrong with the step into it
    velocity = torch.cat([seam, error.diff(dim=1)], 1)
    lips = (error * std) @ rows.T  # [n, 60, 2] error of gap and width
    near = 1 + 3 * torch.exp(-batch["gap"].clamp(min=0) / 0.04)  # closures count most
    parts = dict(
        channels=(edm * (weights * error**2).mean(-1)).mean(),
        velocity=(edm * (weights * velocity**2).mean(-1)).mean(),
        gap=(edm * near * lips[..., 0] ** 2).mean() / 0.1**2,
        width=(edm * lips[..., 1] ** 2).mean() / 0.05**2,
        gap_speed=(edm * lips[..., 0].diff(dim=1) ** 2).mean() / 0.05**2,
    )
    total = parts["channels"] + 0.7 * parts["velocity"] + 0.6 * parts["gap"] + 0.1 * parts["width"] + 0.1 * parts["gap_speed"]
    return total, {k: float(v.detach()) for k, v in parts.items()}


def learning_rate(step, config):
    """linear rise, then half a cosine to a fiftieth"""
    rise, end = config["warmup"], config["steps"]
    if step < rise:
        return config["rate"] * (step + 1) / rise
    return config["rate"] * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * min(1, (step - rise) / (end - rise)))))


def average_weights(net, processes):
    """local SGD (Stich 2018, arXiv:1805.09767)"""
    with torch.no_grad():
        flat = torch.cat([p.flatten() for p in net.parameters()])
        dist.all_reduce(flat)
        for p, part in zip(net.parameters(), flat.div_(processes).split([p.numel() for p in net.parameters()])):
            p.copy_(part.view_as(p))


def train(rank, config, takes, rig, out, shared=None):
    """shared: Takes that were read before the process was forked"""
    processes = config["processes"]
    torch.manual_seed(config["seed"])
    torch.set_num_threads(1)
    if processes > 1:
        dist.init_process_group("gloo", rank=rank, world_size=processes)
    gap, width = lip_rows(rig)
    rows = torch.tensor(np.stack([gap, width]), dtype=torch.float32)
    data = shared or Takes(takes, config["kinds"], rows[0])
    rows = rows[:, MOUTH]
    print({k: (data.kinds.count(k), sum(f for f, q in zip(data.frames, data.kinds) if q == k)) for k in config["kinds"]}, "takes, frames", flush=True) if rank == 0 else None
    net = Denoiser(**config["model"])
    optimiser = torch.optim.AdamW(net.parameters(), lr=config["rate"], betas=(0.9, 0.99), weight_decay=0.01)
    step = 0
    if out.exists():
        saved = torch.load(out, weights_only=False)
        net.load_state_dict(saved["raw"]), optimiser.load_state_dict(saved["optimiser"])
        average, step, mean, std = saved["model"], saved["step"], saved["mean"], saved["std"]
    else:
        mean, std, token_mean, token_std = data.statistics(np.random.default_rng(0))
        if config.get("start"):  # continue from another stage's weights, in its normalisation
            saved = torch.load(config["start"], weights_only=False)
            net.load_state_dict(saved["model"])
            mean, std = saved["mean"], saved["std"]
        else:
            net.token_mean.copy_(token_mean), net.token_std.copy_(token_std)
        average = {k: v.clone() for k, v in net.state_dict().items()}
    net.normalised = True
    weights = channel_weights(std)
    print(sum(p.numel() for p in net.parameters()), "parameters, from step", step, flush=True) if rank == 0 else None
    began, sums = time.time(), {}
    while step < config["steps"]:
        rng = np.random.default_rng([config["seed"], step, rank])
        batch = data.draw(rng, config["batch"], (mean, std))
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step, config)
        total, parts = losses(net, batch, rng, rows, mean, std, weights)
        optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        step += 1
        if processes > 1 and step % APART == 0:
            average_weights(net, processes)
        if rank > 0:
            continue
        decay = min(config["average"], (1 + step) / (10 + step))
        with torch.no_grad():
            for k, v in net.state_dict().items():
                average[k].lerp_(v, 1 - decay)
        for k, v in parts.items():
            sums[k] = sums.get(k, 0) + v
        if step % 50 == 0:
            print(step, f"{time.time() - began:.0f} s", {k: round(v / 50, 4) for k, v in sums.items()}, flush=True)
            sums = {}
        if step % 250 == 0 or step == config["steps"]:
            partial = out.with_suffix(".partial")
            torch.save(dict(model=average, raw=net.state_dict(), optimiser=optimiser.state_dict(), step=step, mean=mean, std=std, config=config), partial)
            partial.rename(out)


if __name__ == "__main__":
    config, rig, out = json.loads(Path(sys.argv[1]).read_text()), load_rig(sys.argv[3]), Path(sys.argv[4])
    os.environ.setdefault("MASTER_ADDR", "127.0.0.1"), os.environ.setdefault("MASTER_PORT", str(config.get("port", 29511)))
    if "RANK" in os.environ:  # one process of several, started by hand
        train(int(os.environ["RANK"]), config, sys.argv[2], rig, out)
    elif config["processes"] > 1:
        shared = Takes(sys.argv[2], config["kinds"], torch.tensor(lip_rows(rig)[0], dtype=torch.float32))
        mp.start_processes(train, (config, sys.argv[2], rig, out, shared), config["processes"], start_method="fork")
    else:
        train(0, config, sys.argv[2], rig, out)
