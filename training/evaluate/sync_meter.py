"""Sync meter: do the lips of a film follow its sound, and how late or early are they?

A small temporal convolution net predicts from the sound how far the lips should part; sliding its prediction against the lip gap that is seen
gives the agreement (best correlation) and the signed offset (the lag of the best correlation; positive: the mouth is late).
Trained on GRID talker 1 (CC BY 4.0: Cooke, Barker, Cunningham, Shao, JASA 120(5), 2006), every 20th clip held out. Speech features: training/speech.py.

  sync_meter.py features GRID_FOLDER CACHE       speech features of every clip, CACHE/<clip>.npy float16 [tokens, 672], token 0 at -1 s
  sync_meter.py train GRID_FOLDER CACHE          writes sync_meter.npz beside this file, prints correlations on the held-out clips
  sync_meter.py check GRID_FOLDER                held-out clips with their sound shifted by -80, 0 and +80 ms
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, str(Path(__file__).parent.parent))

WEIGHTS = Path(__file__).with_name("sync_meter.npz")
TOKEN_RATE, TOKEN_START = 50, -1.0  # tokens a second, time of token 0
WIDTH, KERNEL, DILATIONS = 112, 5, (1, 2, 4, 1)
TARGETS = ("gap", "width", "jaw")
REACH = sum(DILATIONS) * (KERNEL // 2)  # tokens seen on each side
HELD_OUT_EVERY = 20
MAX_LAG_SECONDS, RATE = 0.4, 100
WINDOW_SECONDS, WINDOW_STEP = 2.0, 0.5


class SyncMeter(nn.Module):
    """[clips, tokens, 672] -> z-scores of lip gap, inner width and nose-chin distance [clips, tokens, 3]; 0.33 M parameters, sees 0.32 s on each side of a token"""

    def __init__(self, features=672):
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("std", torch.ones(features))
        self.enter = nn.Conv1d(features, WIDTH, 1)
        self.blocks = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, KERNEL, padding=d * (KERNEL // 2), dilation=d) for d in DILATIONS)
        self.leave = nn.Conv1d(WIDTH, len(TARGETS), 1)

    def forward(self, tokens, noise=0.0, drop=0.0):
        x = (tokens - self.mean) / self.std
        if noise:
            x = x + noise * torch.randn_like(x)
        x = F.gelu(self.enter(x.transpose(1, 2)))
        for block in self.blocks:
            x = x + F.dropout(F.gelu(block(x)), drop, self.training)
        return self.leave(x).transpose(1, 2)


def save_weights(net, path=WEIGHTS):
    np.savez_compressed(path, **{name: value.numpy().astype(np.float16) for name, value in net.state_dict().items()})


def load_meter(path=WEIGHTS):
    with np.load(path) as kept:
        state = {name: torch.from_numpy(kept[name].astype(np.float32)) for name in kept.files}
    net = SyncMeter(len(state["mean"]))
    net.load_state_dict(state)
    return net.eval()


# --- measuring --------------------------------------------------------------------------------------------------------


@torch.no_grad()
def predict_lips(net, tokens):
    """tokens [n, 672] -> times [n] seconds of the sound, z-scores [n, 3]"""
    z = net(torch.from_numpy(np.asarray(tokens, np.float32))[None])[0].numpy()
    return TOKEN_START + np.arange(len(z)) / TOKEN_RATE, z


def lag_correlations(asked, seen, max_lag):
    """two curves of one rate [n] -> Pearson r of seen[t + lag] with asked[t] for lag = -max_lag..max_lag"""
    rows = []
    for lag in range(-max_lag, max_lag + 1):
        a = asked[max(0, -lag) : len(asked) - max(0, lag)]
        b = seen[max(0, lag) : len(seen) - max(0, -lag)]
        rows.append(np.corrcoef(a, b)[0, 1] if len(a) > 10 and a.std() > 1e-9 and b.std() > 1e-9 else 0.0)
    return np.array(rows)


def best_lag(correlations, max_lag):
    """-> peak correlation, lag in samples refined by a parabola through the peak and its neighbours"""
    i = int(np.argmax(correlations))
    if 0 < i < len(correlations) - 1:
        left, top, right = correlations[i - 1 : i + 2]
        bend = left - 2 * top + right
        shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
        return float(top - 0.25 * (left - right) * shift), i - max_lag + shift
    return float(correlations[i]), float(i - max_lag)


def measure_sync(asked_times, asked, seen_times, seen):
    """what the sound asks for and what the film shows, each with its own times in seconds -> agreement, offset_ms, spread_ms, agreement_now (r at zero lag)"""
    good = np.isfinite(seen)
    start, end = max(asked_times[0], seen_times[0]), min(asked_times[-1], seen_times[-1])
    t = np.arange(start, end, 1 / RATE)
    a, b = np.interp(t, asked_times, asked), np.interp(t, seen_times[good], seen[good])
    max_lag = round(MAX_LAG_SECONDS * RATE)
    rows = lag_correlations(a, b, max_lag)
    agreement, lag = best_lag(rows, max_lag)
    offsets, size = [], round(WINDOW_SECONDS * RATE)
    for first in range(0, len(t) - size + 1, round(WINDOW_STEP * RATE)):
        x, y = a[first : first + size], b[first : first + size]
        if x.std() < 0.5 * a.std():
            continue  # hardly any speech
        own_r, own_lag = best_lag(lag_correlations(x, y, max_lag), max_lag)
        if own_r > 0.4 and abs(own_lag) < max_lag:
            offsets.append(own_lag * 1000 / RATE)
    return {
        "agreement": agreement,
        "agreement_now": float(rows[max_lag]),
        "offset_ms": lag * 1000 / RATE,
        "spread_ms": float(np.std(offsets)) if len(offsets) > 1 else float("nan"),
        "windows": len(offsets),
    }


def measure_film_sync(net, samples, seen_times, gap):
    """sound of a film (mono 16 kHz, sample 0 at second 0) and its lip gap [frames] -> measure_sync's result"""
    from speech import speech_tokens

    times, z = predict_lips(net, speech_tokens(samples)[0])
    return measure_sync(times, z[:, 0], seen_times, gap)


# --- training ---------------------------------------------------------------------------------------------------------


def grid_targets(track):
    """track.npz of GRID -> name: [frames, 3] gap, width, jaw in eye distances, NaN where no face was found"""
    at = {int(p): i for i, p in enumerate(track["index"])}
    points = track["landmarks"].astype(np.float32)[..., :2]

    def span(a, b):
        return np.linalg.norm(points[:, :, at[a]] - points[:, :, at[b]], axis=-1)

    curves = np.stack([span(13, 14), span(78, 308), span(1, 152)], -1) / np.nanmedian(span(33, 263), axis=1)[:, None, None]
    curves[~track["ok"]] = np.nan
    return dict(zip(track["names"].tolist(), curves, strict=True))


def write_features(grid, cache, share="1/1"):
    """features of every clip; files already there are kept, so that it can be resumed. `share` 2/3: every third clip from the second on"""
    from speech import tokens_of

    cache.mkdir(parents=True, exist_ok=True)
    part, parts = (int(n) for n in share.split("/"))
    clips = sorted((grid / "video").glob("*.mp4"))[part - 1 :: parts]
    for done, clip in enumerate(clips):
        target = cache / f"{clip.stem}.npy"
        if target.exists():
            continue
        partial = cache / f"{clip.stem}.partial.npy"
        np.save(partial, tokens_of(clip)[0].astype(np.float16))
        partial.rename(target)
        if done % 100 == 0:
            print(f"{done} of {len(clips)}", flush=True)


def read_clips(grid, cache):
    """-> names, tokens [clips, n, 672], targets [clips, n, 3] in eye distances (NaN outside the film), all clips cut to one length"""
    with np.load(grid / "track.npz") as track:
        curves = grid_targets({name: track[name] for name in ("names", "index", "landmarks", "ok")})
    names = [name for name in sorted(curves) if (cache / f"{name}.npy").exists()]
    length = min(len(np.load(cache / f"{name}.npy", mmap_mode="r")) for name in names)
    tokens = np.stack([np.load(cache / f"{name}.npy")[:length] for name in names])
    times = TOKEN_START + np.arange(length) / TOKEN_RATE
    targets = np.full((len(names), length, len(TARGETS)), np.nan, np.float32)
    for clip, name in enumerate(names):
        seen = np.arange(len(curves[name])) / 25
        inside = (times >= 0) & (times <= seen[-1])
        for k in range(len(TARGETS)):
            targets[clip, inside, k] = np.interp(times[inside], seen, curves[name][:, k])  # NaN frames stay NaN
    return names, tokens, targets


def rest_in_padding(targets, tokens=10):
    """[clips, n, 3] -> the same, with the first and last known values carried 0.2 s into the digital silence around the sound: there lips rest"""
    targets = targets.copy()
    inside = np.flatnonzero(np.isfinite(targets[..., 0]).any(0))
    first, last = inside[0], inside[-1]
    targets[:, max(0, first - tokens) : first] = targets[:, first : first + 1]
    targets[:, last + 1 : last + 1 + tokens] = targets[:, last : last + 1]
    return targets


def train(tokens, targets, epochs, seed=1, noise=0.5, drop=0.1, batch=32, rate=3e-3):
    """tokens [clips, n, 672], targets z-scored [clips, n, 3], NaN where unknown -> SyncMeter"""
    torch.manual_seed(seed)
    targets = rest_in_padding(targets)
    inside = np.flatnonzero(np.isfinite(targets[..., 0]).any(0))
    near = slice(max(0, inside[0] - REACH), inside[-1] + 1 + REACH)  # tokens further out change nothing
    tokens, targets = tokens[:, near], targets[:, near]
    net = SyncMeter(tokens.shape[2])
    flat = tokens.reshape(-1, tokens.shape[2]).astype(np.float32)
    net.mean.copy_(torch.from_numpy(flat.mean(0)))
    net.std.copy_(torch.from_numpy(flat.std(0) + 1e-3))
    x, known = torch.from_numpy(tokens), torch.from_numpy(np.isfinite(targets))
    y = torch.from_numpy(np.nan_to_num(targets))
    steps = epochs * (len(x) // batch)
    optimiser = torch.optim.AdamW(net.parameters(), rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    start = time.time()
    for epoch in range(epochs):
        total = 0.0
        for picked in torch.randperm(len(x))[: len(x) // batch * batch].view(-1, batch):
            with torch.autocast("cpu", torch.bfloat16):  # three times as fast, no worse
                z = net(x[picked].float(), noise, drop)
            error = (z.float() - y[picked])[known[picked]]
            loss = error.square().mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        if epoch % 5 == 4:
            print(f"epoch {epoch + 1}: loss {total / (len(x) // batch):.4f}, {time.time() - start:.0f} s", flush=True)
    return net.eval()


def held_out_report(net, names, tokens, targets):
    """prints the mean correlation of every target over clips, at zero lag, and the offset"""
    rows, syncs = [], []
    for clip in range(len(names)):
        times, z = predict_lips(net, tokens[clip])
        known = np.isfinite(targets[clip, :, 0])
        rows.append([np.corrcoef(z[known, k], targets[clip, known, k])[0, 1] for k in range(len(TARGETS))])
        syncs.append(measure_sync(times, z[:, 0], times[known], targets[clip, known, 0]))
    mean = np.nanmean(rows, 0)
    print(f"held-out clips {len(names)}: r " + ", ".join(f"{n} {m:.3f}" for n, m in zip(TARGETS, mean, strict=True)))
    offsets = np.array([s["offset_ms"] for s in syncs])
    print(f"agreement at best lag: median {np.median([s['agreement'] for s in syncs]):.3f}; offset ms: median {np.median(offsets):+.1f}, quartiles {np.percentile(offsets, [25, 75]).round(1)}")
    return mean


def train_command(options):
    torch.set_num_threads(options.threads)
    names, tokens, targets = read_clips(options.grid, options.cache)
    mean, std = np.nanmean(targets, (0, 1)), np.nanstd(targets, (0, 1))
    targets = (targets - mean) / std
    held = np.arange(len(names)) % HELD_OUT_EVERY == 0
    net = train(tokens[~held], targets[~held], options.epochs)
    save_weights(net)
    net = load_meter()  # report what is saved, half precision
    held_out_report(net, [n for n, h in zip(names, held, strict=True) if h], tokens[held], targets[held])
    print(f"{sum(p.numel() for p in net.parameters()) / 1e6:.2f} M parameters, {WEIGHTS.name} {WEIGHTS.stat().st_size / 1e3:.0f} kB")


def check_command(options):
    from film import read_sound

    net = load_meter()
    with np.load(options.grid / "track.npz") as track:
        curves = grid_targets({name: track[name] for name in ("names", "index", "landmarks", "ok")})
    for shift_ms in (-80, 0, 80):
        offsets = []
        for name in sorted(curves)[:: HELD_OUT_EVERY * 4]:
            samples, move = read_sound(options.grid / "video" / f"{name}.mp4"), abs(shift_ms) * 16
            # a sound made earlier (its start cut off) is the same as a mouth that comes late
            samples = np.concatenate([np.zeros(move, np.float32), samples]) if shift_ms < 0 else samples[move:]
            gap = curves[name][:, 0]
            offsets.append(measure_film_sync(net, samples, np.arange(len(gap)) / 25, gap)["offset_ms"])
        print(f"mouth moved by {shift_ms:+d} ms: measured {np.median(offsets):+.1f} ms (median of {len(offsets)} clips, s.d. {np.std(offsets):.1f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("features", "train", "check"))
    parser.add_argument("grid", type=Path)
    parser.add_argument("cache", type=Path, nargs="?")
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--share", default="1/1", help="part of the clips whose features to write, to run several at once")
    options = parser.parse_args()
    if options.command == "check":
        check_command(options)
    elif options.cache is None:
        parser.error("CACHE is missing")
    elif options.command == "features":
        write_features(options.grid, options.cache, options.share)
    else:
        train_command(options)


if __name__ == "__main__":
    main()
