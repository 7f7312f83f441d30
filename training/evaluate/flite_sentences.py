"""flite_sentences.py OUT_FOLDER [N] [--from K] [--voices kal,awb,rms,slt]: N sentences (from number K on; 12 to 15 are full of f, v) spoken by several flite voices, each with the exact times of its phones.

Writes OUT_FOLDER/flite_<voice>_<nn>.wav (mono) and .json: {"text", "voice", "phones": [[name, start, end], ...]} in seconds.
flite reports the end of every segment (-psdur); a plosive's segment is its closure and release, so lips must meet inside b, p and m.
"""

import argparse
import json
import re
import subprocess
from pathlib import Path

VOICES = ("slt", "rms", "awb", "kal")
SENTENCES = [
    "Bob packed my box with five dozen maple pies.",
    "Please put the big purple map back by the pump.",
    "My mother remembered the amber lamp in the empty room.",
    "A brown bear jumped above a pile of damp pebbles.",
    "Maybe people expect the problem to become simple.",
    "The baby bumped his thumb and began to weep.",
    "Pam brought a bowl of plum jam from the market.",
    "Both members of the club hope to climb the mountain in September.",
    "Summer rain tapped upon the roof above my cabin.",
    "Bring me the blue paper cups and a bottle of apple juice.",
    "The president of the company promised better pumps for Bombay.",
    "Perhaps Mister Palmer may be able to map the swamp.",
    "Five very brave families found a valley full of fine foxes.",
    "Vivian often visited five different villages before Friday evening.",
    "Father and Steve have never eaten a fresh avocado for breakfast.",
    "Every Friday evening five officers give their favorite film a vote.",
]


def parse_psdur(text):
    """flite -psdur prints "name:end" for every segment -> [(name, start, end)] seconds"""
    phones, start = [], 0.0
    for name, end in re.findall(r"([a-z@]+):([\d.]+)", text):
        phones.append((name, start, float(end)))
        start = float(end)
    return phones


def speak(text, voice, wav):
    """writes `wav` and returns its phones"""
    spoken = subprocess.run(["flite", "-voice", voice, "-psdur", "-t", text, "-o", str(wav)], check=True, capture_output=True, text=True)
    return parse_psdur(spoken.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("count", type=int, nargs="?", default=8)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--voices", default=",".join(VOICES))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    voices = options.voices.split(",")
    for index in range(options.first, options.first + options.count):
        text, voice = SENTENCES[index % len(SENTENCES)], voices[index % len(voices)]
        target = options.out / f"flite_{voice}_{index:02d}"
        phones = speak(text, voice, target.with_suffix(".wav"))
        target.with_suffix(".json").write_text(json.dumps({"text": text, "voice": voice, "phones": phones}))
        print(target.name, len([p for p in phones if p[0] in "bpm"]), "closures")


if __name__ == "__main__":
    main()
