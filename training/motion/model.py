"""The denoiser of the lips: motion frames attend to each other and to the speech tokens about them. Contract: ../../docs/architecture.md "Denoiser network".

EDM parameterisation (Karras et al. 2022, arXiv:2206.00364, section 5), sigma_data = 1; adaptive layer norm on the noise level (Peebles & Xie 2022, arXiv:2212.09748); previous
frames as in EMO (arXiv:2402.17485). Channels: those of MOUTH in channels.py, in that order.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from channels import MOUTH

FRAMES, PREVIOUS, AHEAD, CHANNELS = 60, 10, 5, len(MOUTH)  # 28
TOKENS, TOKEN_WIDTH, STATES = 150, 672, 512
TOTAL = FRAMES + PREVIOUS
STATE_LIMIT = 6.0  # Whisper's few massive activations (up to 35; spread 0.6) are cut here
WINDOW = (24, 24)  # tokens before and after its own two that a frame hears in attention: 0.48 s; the rest reaches it through other frames


class Attention(nn.Module):
    """attention with a learned bias per relative position. offsets [queries, keys]: index of the bias, -1 where a query must not look"""

    def __init__(self, width, heads, offsets):
        super().__init__()
        self.heads = heads
        self.query, self.key_value, self.out = nn.Linear(width, width), nn.Linear(width, 2 * width), nn.Linear(width, width)
        self.bias = nn.Parameter(torch.zeros(heads, int(offsets.max()) + 1))
        self.register_buffer("offsets", offsets.clamp(min=0), persistent=False)
        self.register_buffer("closed", torch.where(offsets < 0, -1e4, 0.0), persistent=False)

    def forward(self, x, memory):
        n, length, width = x.shape
        split = lambda v: v.view(n, -1, self.heads, width // self.heads).transpose(1, 2)
        k, v = self.key_value(memory).chunk(2, -1)
        q, k, v = split(self.query(x)), split(k), split(v)
        scores = q @ k.transpose(-1, -2) / math.sqrt(width // self.heads) + (self.bias[:, self.offsets] + self.closed)
        return self.out((scores.softmax(-1).to(v.dtype) @ v).transpose(1, 2).reshape(n, length, width))


class Block(nn.Module):
    def __init__(self, width, heads, hears):
        super().__init__()
        frame = torch.arange(TOTAL)
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width, elementwise_affine=False) for _ in range(3))
        self.attend = Attention(width, heads, frame[:, None] - frame[None] + TOTAL - 1)
        offset = torch.arange(TOKENS)[None] - 2 * frame[:, None]
        before, after = WINDOW
        self.hear = Attention(width, heads, torch.where((offset >= -before) & (offset <= 1 + after), offset + before, -1)) if hears else None
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.adapt = nn.Linear(width, 8 * width)
        nn.init.zeros_(self.adapt.weight), nn.init.zeros_(self.adapt.bias)

    def forward(self, x, level, tokens):
        scale1, shift1, gate1, scale2, shift2, gate2, scale3, gate3 = self.adapt(level)[:, None].chunk(8, -1)
        h = self.norm1(x) * (1 + scale1) + shift1
        x = x + gate1 * self.attend(h, h)
        if self.hear is not None:
            x = x + gate3 * self.hear(self.norm3(x) * (1 + scale3), tokens)
        return x + gate2 * self.mlp(self.norm2(x) * (1 + scale2) + shift2)


class Denoiser(nn.Module):
    normalised = False  # True while training, where takes are normalised once, when they are loaded

    def __init__(self, width=192, layers=5, heads=4, hearing=2):
        """hearing: how many of the first layers attend to the tokens (each frame gets its own two, and their neighbours by convolution, besides)"""
        super().__init__()
        self.width = width
        self.register_buffer("token_mean", torch.zeros(TOKEN_WIDTH))
        self.register_buffer("token_std", torch.ones(TOKEN_WIDTH))
        self.motion = nn.Linear(2 * CHANNELS + 1, width)
        self.token = nn.Linear(TOKEN_WIDTH, width)
        self.pair = nn.Linear(2 * width, width)
        self.context = nn.ModuleList(nn.Conv1d(width, width, 5, padding=2) for _ in range(2))
        self.level = nn.Sequential(nn.Linear(64, width), nn.GELU(), nn.Linear(width, width))
        self.blocks = nn.ModuleList(Block(width, heads, i < hearing) for i in range(layers))
        self.norm, self.out = nn.LayerNorm(width), nn.Linear(width, CHANNELS)
        self.silent = nn.Parameter(torch.zeros(width))  # stands for every token when the sound is dropped

    def normalise(self, sound):
        """tokens [..., 672] as speech.py makes them -> limited, zero mean, unit spread"""
        limited = torch.cat([sound[..., :STATES].clamp(-STATE_LIMIT, STATE_LIMIT), sound[..., STATES:]], -1)
        return (limited - self.token_mean) / self.token_std

    def hear(self, sound, has_sound):
        """tokens [n, 150, 672] -> for attention [n, 150, width], one a frame [n, 70, width]"""
        tokens = F.gelu(self.token(sound if self.normalised else self.normalise(sound)))
        tokens = tokens * has_sound + self.silent * (1 - has_sound)
        frames = self.pair(tokens.reshape(tokens.shape[0], TOKENS // 2, 2 * self.width)).transpose(1, 2)
        for conv in self.context:
            frames = frames + F.gelu(conv(frames))
        return tokens, frames.transpose(1, 2)[:, :TOTAL]

    def forward(self, x, sigma, sound, has_sound, previous, has_previous):
        """x [n, 60, 28] = clean + sigma [n] * noise; sound [n, 150, 672]; previous [n, 10, 28]; has_... [n] 0 or 1 -> clean [n, 60, 28]"""
        sigma = sigma[:, None, None]
        has = has_previous[:, None, None]
        angle = sigma[:, 0].log() / 4 * torch.exp(torch.linspace(0, math.log(1000), 32))
        level = self.level(torch.cat([angle.sin(), angle.cos()], 1))
        known = torch.cat([previous * has, torch.zeros_like(x)], 1)
        noisy = torch.cat([torch.zeros_like(previous), x / (sigma**2 + 1).sqrt()], 1)  # c_in
        mark = torch.cat([has.expand(-1, PREVIOUS, 1), torch.zeros_like(x[..., :1])], 1)
        tokens, frames = self.hear(sound, has_sound[:, None, None])
        y = self.motion(torch.cat([noisy, known, mark], -1)) + frames
        for block in self.blocks:
            y = block(y, level, tokens)
        skip, scale = 1 / (sigma**2 + 1), sigma / (sigma**2 + 1).sqrt()  # c_skip, c_out
        return skip * x + scale * self.out(self.norm(y))[:, PREVIOUS:].to(x.dtype)
