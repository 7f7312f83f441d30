"""Talkers that can be made to say anything: flite, festival and eSpeak NG (separate programs, needed for training only), each -> samples and, where it tells them, phone times.

Every function returns (samples float64 [n] at 16 kHz, [(phone, start, end seconds)]); phones are lip_class()'s own alphabet: "shut" (b p m), "teeth" (f v), "" for the rest.
"""

import ctypes
import re
import subprocess
import tempfile
from math import gcd
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

RATE = 16000
FLITE = ["slt", "rms", "awb", "kal16"]
FESTIVAL = ["voice_kal_diphone", "voice_cmu_us_slt_arctic_hts"]
ESPEAK_FILES = {"en": "gmw/en", "en-us": "gmw/en-US", "es": "roa/es", "fr": "roa/fr", "it": "roa/it", "pt": "roa/pt-BR", "de": "gmw/de", "nl": "gmw/nl", "pl": "zlw/pl", "ru": "zle/ru", "hi": "inc/hi", "tr": "trk/tr", "sv": "gmq/sv", "id": "poz/id", "fi": "urj/fi", "zh": "sit/cmn", "ja": "jpx/ja"}
ESPEAK_TIMBRES = ["m1", "m2", "m3", "m4", "m5", "m7", "f1", "f2", "f3", "f4", "f5", "klatt", "klatt2", "croak", "Andrea", "Annie", "Denis", "Gene", "Lee", "Linda", "Mario", "Max", "Steph", "grandpa"]


def to_rate(samples, rate):
    """[n] at `rate` -> at 16 kHz"""
    k = gcd(RATE, int(rate))
    return samples if rate == RATE else resample_poly(samples, RATE // k, int(rate) // k)


def lip_class(phone):
    """a flite phone or an IPA symbol -> "shut", "teeth" or "" """
    if phone == "pau":  # flite's pause
        return ""
    first = phone.lstrip("ˈˌ'ⁿ")[:1]
    return "shut" if first in tuple("bpmɓβ") and first else "teeth" if first in tuple("fvɱ") and first else ""


def read_wave(path):
    samples, rate = soundfile.read(path, dtype="float64")
    return to_rate(samples if samples.ndim == 1 else samples.mean(1), rate)


def say_flite(text, voice):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.wav"
        printed = subprocess.run(["flite", "-voice", voice, "-psdur", "-t", text, "-o", str(path)], check=True, capture_output=True, text=True).stdout
        samples = read_wave(path)
    ends = [(name, float(end)) for name, end in re.findall(r"(\w+):([\d.]+)", printed)]
    return samples, [(lip_class(name), start, end) for (name, end), start in zip(ends, [0.0] + [end for _, end in ends])]


def say_festival(text, voice):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.wav"
        subprocess.run(["text2wave", "-eval", f"({voice})", "-o", str(path)], check=True, capture_output=True, input=text, text=True)
        return read_wave(path), []


class _Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h"""

    class _Id(ctypes.Union):
        _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]

    _fields_ = [(n, ctypes.c_int) for n in ("type",)] + [("identifier", ctypes.c_uint)] + [(n, ctypes.c_int) for n in ("text_position", "length", "audio_position", "sample")]
    _fields_ += [("user", ctypes.c_void_p), ("id", _Id)]


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))
_PHONEME_EVENT, _SYNCHRONOUS, _TELL_IPA = 7, 2, 1 | 2
_library = {}


def say_espeak(text, language, timbre, rate=150, pitch=50):
    """language: of ESPEAK_FILES; rate: words a minute (80-450); pitch 0..100"""
    if not _library:
        _library["it"] = ctypes.CDLL("libespeak-ng.so.1")
        _library["rate"] = _library["it"].espeak_Initialize(_SYNCHRONOUS, 0, None, _TELL_IPA)
    library, parts, events = _library["it"], [], []

    def receive(wave, count, event):
        if count > 0 and wave:
            parts.append(np.ctypeslib.as_array(wave, (count,)).copy())
        i = 0
        while event[i].type != 0:
            if event[i].type == _PHONEME_EVENT:
                events.append((event[i].audio_position / 1000, bytes(event[i].id.string).split(b"\0")[0].decode("utf8", "ignore")))
            i += 1
        return 0

    callback = _CALLBACK(receive)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(f"{ESPEAK_FILES[language]}+{timbre}".encode()) != 0:
        raise ValueError(f"espeak-ng: no voice {language}+{timbre}")
    library.espeak_SetParameter(1, int(rate), 0), library.espeak_SetParameter(3, int(pitch), 0)
    data = text.encode() + b"\0"
    library.espeak_Synth(data, len(data), 0, 1, 0, 1, None, None)
    library.espeak_Synchronize()
    samples = to_rate(np.concatenate(parts) / 32768.0 if parts else np.zeros(RATE), _library["rate"])
    ends = [at for at, _ in events[1:]] + [len(samples) / RATE]
    return samples, [(lip_class(name), start, min(end, start + 0.3)) for (start, name), end in zip(events, ends)]
