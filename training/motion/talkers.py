"""talkers.py sounds DATA OUT_FOLDER [--kokoro FOLDER] [--hours H] [--share 1/2]   sounds of other talkers as speech tokens, without lips yet
talkers.py label LABELLER.pt OUT_FOLDER TAKES_FOLDER [--share 1/2]              lips for them: labeller.py's guess from the clean voice, corrected where phone times are known

Talkers: LJ Speech (lj), flite's four voices (flite), festival's two (fest), eSpeak NG in 17 languages with 24 timbres (espk), Kokoro's voices in 8 languages (kok; files made by
../evaluate/kokoro_voices.py, those of its test set never). A third as they are; the rest is made faster or slower with its pitch, sung (vowels held), whispered or shouted, and recorded
badly: room, telephone, noise, music (sounds.py). Held-out sentences of LJ Speech (every 20th) are never said.
A file: tokens (what is heard), clean (tokens of the untouched voice), at (frame of the untouched voice at each frame that is heard), scale (of the lips), phones (of the untouched voice).
"""

import argparse
import json
from pathlib import Path

import numpy as np

import sounds
import speakers
from channels import FPS, INDEX, MOUTH
from facepoints import lip_rows, load_rig
from speech import count_frames, read_sound, speech_tokens
from takes import RIG, TAIL, VALIDATION_EVERY, fill, save_take, seed_of, warp_motion

SHUT = 0.004  # gap over rest width that a closure is brought to
OPEN, USUAL_OPENING, LARGEST_GAIN = 0.03, 0.28, 1.6  # rest widths: frames beyond OPEN are open; GRID's talker opens to 0.26-0.27 (90th percentile of open frames); guesses for strangers reach 0.19-0.24
SECONDS = 12.0  # about as long is a take of synthetic speech
SHARES = dict(espk=0.55, flite=0.2, fest=0.05)  # of the hours; LJ Speech and Kokoro are used twice each, whole


def english(data):
    rows = [line.split("|")[0::2] for line in (data / "ljspeech/metadata.csv").read_text().splitlines() if line.strip()]
    return [(name, text) for i, (name, text) in enumerate(rows) if i % VALIDATION_EVERY]


def make_text(rng, sentences, words):
    """about `words` words: sentences in random order, their words now and then shuffled, so that few sentences give many neighbourhoods"""
    out = []
    while sum(len(s.split()) for s in out) < words:
        parts = str(rng.choice(sentences)).rstrip(".!?।。").split()
        out.append(" ".join(rng.permutation(parts)) if rng.random() < 0.5 else " ".join(parts))
    return ". ".join(out) + "."


def speak(kind, rng, data):
    """-> samples, phones"""
    lines = [text for _, text in english(data)]
    if kind == "espk":
        language = str(rng.choice(list(speakers.ESPEAK_FILES)))
        own = json.loads((Path(__file__).parent / "sentences.json").read_text())
        text = make_text(rng, own.get(language, lines), 10 if language in ("zh", "ja") else 26)
        return speakers.say_espeak(text, language, str(rng.choice(speakers.ESPEAK_TIMBRES)), rng.integers(110, 200), rng.integers(20, 85))
    text = " ".join(str(rng.choice(lines)).split()[:26])
    if kind == "flite":
        return speakers.say_flite(text, str(rng.choice(speakers.FLITE)))
    return speakers.say_festival(text, str(rng.choice(speakers.FESTIVAL)))


def perform(rng, clean):
    """-> what is heard, `at` [frames], scale of the lips"""
    frames, scale, way = count_frames(clean), 1.0, rng.random()
    if way < 0.33:
        return clean, np.arange(frames, dtype=float), scale
    if way < 0.75:
        factor = rng.uniform(0.78, 1.28)
        heard = sounds.change_voice(clean, factor)
        at = (np.arange(count_frames(heard)) + 0.5) * factor - 0.5
    elif way < 0.87:
        at = sounds.hold_times(rng, clean, frames)
        heard = sounds.warp_time(clean, at)
        heard = sounds.add_vibrato(rng, heard) if rng.random() < 0.5 else heard
        if rng.random() < 0.5:
            heard = heard + sounds.make_music(rng, len(heard)) * sounds.rms(heard) * 10 ** (-rng.uniform(3, 18) / 20)
    elif way < 0.93:
        heard, at = sounds.whisper(rng, clean), np.arange(frames, dtype=float)
    else:
        heard, at, scale = sounds.shout(rng, clean), np.arange(frames, dtype=float), rng.uniform(1.1, 1.35)
    return (sounds.disturb(rng, heard) if rng.random() < 0.7 else heard), at, scale


def write_sound(path, rng, clean, phones):
    heard, at, scale = perform(rng, clean)
    tokens = speech_tokens(heard)[0]
    own = tokens if heard is clean else speech_tokens(clean)[0]
    save_take(path, tokens=tokens, clean=own, at=at.astype(np.float32), scale=scale, phones=json.dumps(phones), seconds=len(heard) / sounds.RATE)


def plan(data, kokoro, hours):
    """-> [(file stem, function of a random generator -> clean, phones)], kinds mixed so that a run that is stopped has some of all"""
    jobs = [(f"lj{k}-{name}", lambda rng, name=name: (read_sound(data / f"ljspeech/{name}.ogg").astype(np.float64), [])) for k in range(2) for name, _ in english(data)]
    if kokoro:
        jobs += [(f"kok{k}-{path.stem}", lambda rng, path=path: (read_sound(path).astype(np.float64), [])) for k in range(2) for path in sorted(kokoro.iterdir()) if path.suffix in (".wav", ".flac")]
    for kind, share in SHARES.items():
        jobs += [(f"{kind}-{i:05d}", lambda rng, kind=kind: speak(kind, rng, data)) for i in range(int(hours * share * 3600 / SECONDS))]
    order = np.random.default_rng(0).permutation(len(jobs))
    return [jobs[i] for i in order]


def close_lips(mouth, gap_row, amount):
    """lips brought to the gap SHUT by `amount` [frames] 0..1: the shapes that part them shrink together, as far as those that shut them (mouthClose) leave to do"""
    parting = [i for i in MOUTH if gap_row[i] > 0.02]
    excess = np.maximum(mouth @ gap_row - SHUT, 0)
    shrink = 1 - amount * np.clip(excess / np.maximum(mouth[:, parting] @ gap_row[parting], 1e-6), 0, 1)
    out = mouth.copy()
    out[:, parting] *= shrink[:, None]
    return out


def correct(mouth, phones, gap_row):
    """lips shut at b, m, p, lower lip to the teeth at f, v. mouth [frames, 52]"""
    frame_time = (np.arange(len(mouth)) + 0.5) / FPS
    amounts = dict(shut=np.zeros(len(mouth)), teeth=np.zeros(len(mouth)))
    for kind, start, end in phones:
        if kind:
            middle, half = (start + end) / 2, np.clip((end - start) / 2, 0.6 / FPS, 1.6 / FPS)  # a closure covers at least one frame, and is no pause
            ramp = np.clip(1.4 - (np.abs(frame_time - middle) - half) / (1.5 / FPS), 0, 1)  # full a little beyond the phone, gone two frames later
            np.maximum(amounts[kind], ramp, out=amounts[kind])
    out = close_lips(mouth, gap_row, amounts["shut"])
    bite = dict(jawOpen=0.07, mouthClose=0.0, mouthRollLower=0.4, mouthUpperUpLeft=0.2, mouthUpperUpRight=0.2, mouthFunnel=0.0, mouthPucker=0.0, mouthLowerDownLeft=0.0, mouthLowerDownRight=0.0)
    teeth = 0.85 * amounts["teeth"] * (1 - amounts["shut"])
    for name, value in bite.items():
        i = INDEX[name]
        out[:, i] = out[:, i] * (1 - teeth) + value * teeth
    return out


def open_fully(mouth, gap_row):
    """a guess for a strange voice is too small: scaled until its open frames reach USUAL_OPENING; one factor, so that shut lips stay shut. mouth [frames, 52]"""
    gap = mouth @ gap_row
    opened = gap[gap > OPEN]
    gain = np.clip(USUAL_OPENING / np.percentile(opened, 90), 1, LARGEST_GAIN) if len(opened) > FPS else 1.0
    return mouth * gain


def label_sound(guess, sound, gap_row):
    """-> mouth [frames of the take, 52]. guess: tokens -> mouth (labeller.py)"""
    mouth = guess(sound["clean"].astype(np.float32))
    mouth, gap = open_fully(mouth, gap_row), mouth @ gap_row
    mouth = close_lips(mouth, gap_row, np.clip((0.035 - gap) / 0.02, 0, 1))  # a guess is a mean: what nearly shuts shuts
    mouth = correct(mouth, json.loads(str(sound["phones"])), gap_row)
    frames = (len(sound["tokens"]) - 100) // 2
    return fill(np.clip(warp_motion(mouth, sound["at"][:frames]) * float(sound["scale"]), 0, 1), frames + TAIL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["sounds", "label"])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--kokoro", type=Path)
    parser.add_argument("--hours", type=float, default=18)
    parser.add_argument("--share", default="1/1")
    a = parser.parse_args()
    k, of = (int(x) for x in a.share.split("/"))
    if a.mode == "sounds":
        data, out = a.paths
        out.mkdir(parents=True, exist_ok=True)
        for stem, make in plan(data, a.kokoro, a.hours)[k - 1 :: of]:
            if not (out / f"{stem}.npz").exists():
                rng = np.random.default_rng(seed_of(stem))
                write_sound(out / f"{stem}.npz", rng, *make(rng))
        return
    from labeller import load_labeller

    checkpoint, folder, takes = a.paths
    guess, gap_row = load_labeller(checkpoint), lip_rows(load_rig(RIG))[0]
    for path in sorted(folder.glob("*.npz"))[k - 1 :: of]:
        if not (takes / path.name).exists():
            sound = dict(np.load(path))
            save_take(takes / path.name, tokens=sound["tokens"], mouth=label_sound(guess, sound, gap_row))


if __name__ == "__main__":
    main()
