"""Sampling clip by clip, as the product does it: karrasSigmas, DPM-Solver++(2M) or Heun, guidance on the sound, the last ten frames carried over. For evaluation and labelling."""

import torch

from channels import MOUTH
from model import AHEAD, FRAMES, PREVIOUS, Denoiser

OFFSET = 50
SAMPLER = dict(name="dpmpp2m", steps=10, guidance=2.5, sigmaMin=0.02, sigmaMax=8.0, rho=5.0)


def load_net(checkpoint):
    """-> denoiser, mean [28], std [28]"""
    saved = torch.load(checkpoint, weights_only=False)
    net = Denoiser(**saved["config"]["model"])
    net.load_state_dict(saved["model"])
    return net.eval(), saved["mean"], saved["std"]


def karras_sigmas(steps, low, high, rho):
    """Karras et al. 2022, equation 5, then 0"""
    i = torch.arange(steps) / max(1, steps - 1)
    return torch.cat([(high ** (1 / rho) + i * (low ** (1 / rho) - high ** (1 / rho))) ** rho, torch.zeros(1)])


def solve(denoise, x, sigmas, name):
    """src/diffusion/samplers.ts in PyTorch"""
    before = None
    for sigma, following in zip(sigmas[:-1], sigmas[1:]):
        clean = denoise(x, sigma)
        if name == "heun":
            slope = (x - clean) / sigma
            euler = x + (following - sigma) * slope
            x = euler if following == 0 else x + (following - sigma) / 2 * (slope + (euler - denoise(euler, following)) / following)
            continue
        if following == 0:
            return clean
        step = torch.log(sigma / following)
        ahead = clean if before is None or name == "euler" else clean + step / before[1] / 2 * (clean - before[0])
        x = x * following / sigma - torch.expm1(-step) * ahead
        before = clean, step
    return x


@torch.no_grad()
def sample_motion(net, mean, std, tokens, frames, seed=0, sampler=SAMPLER, carry=True):
    """tokens: one array [tokens, 672] a row (rows are sampled together, each its own sound) -> mouth [rows, frames, 52], within 0..1. carry: clips see the frames before them"""
    rows = len(tokens)
    generator = torch.Generator().manual_seed(seed)
    sigmas = karras_sigmas(sampler["steps"], sampler["sigmaMin"], sampler["sigmaMax"], sampler["rho"])
    guidance = sampler["guidance"]
    twice = 1 if guidance == 1 else 2
    repeat = lambda v: v.repeat(twice, *[1] * (v.ndim - 1))
    has_sound = torch.cat([torch.ones(rows), torch.zeros(rows * (twice - 1))])
    done, previous, has_previous = [], torch.zeros(rows, PREVIOUS, mean.numel()), 0.0
    for start in range(0, frames, FRAMES):
        wanted = torch.arange(OFFSET + 2 * (start - PREVIOUS), OFFSET + 2 * (start + FRAMES + AHEAD))
        sound = repeat(torch.stack([torch.as_tensor(t)[wanted.clamp(0, len(t) - 1)].float() for t in tokens]))

        def denoise(x, sigma, sound=sound, previous=previous, has_previous=has_previous):
            out = net(repeat(x), sigma.expand(rows * twice), sound, has_sound, repeat(previous), torch.full((rows * twice,), has_previous))
            return out if twice == 1 else out[rows:] + guidance * (out[:rows] - out[rows:])

        x = solve(denoise, torch.randn(rows, FRAMES, mean.numel(), generator=generator) * sigmas[0], sigmas, sampler["name"])
        x = ((x * std + mean).clamp(0, 1) - mean) / std  # the next clip sees what is drawn
        done.append(x)
        previous, has_previous = x[:, -PREVIOUS:], float(carry)
    out = torch.zeros(rows, frames, 52)
    out[..., MOUTH] = torch.cat(done, 1)[:, :frames] * std + mean
    return out
