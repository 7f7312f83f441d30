"""voices.py OUT_FOLDER: sounds for the suite, from Debian packages alone: flite, festival (festvox-kallpc16k, festvox-us-slt-hts), espeak-ng,
pocketsphinx-testdata (LibriVox, public domain; a man naming cards), sox for silence, noise and music. Nothing was trained on the voices marked `unheard`.
"""

import argparse
import subprocess
from pathlib import Path

TESTDATA = Path("/usr/share/pocketsphinx/test/data")
LIBRIVOX = TESTDATA / "librivox/sense_and_sensibility_01_austen_64kb-{}.wav"
TEXT = "Good morning. My name is Barbara, and maybe you remember me. Perhaps we should leave before the rain begins to fall."
FRENCH = "Bonjour à tous. Je m'appelle Pauline, et voici un beau bateau blanc au milieu du port."


def run(*command, text=None):
    subprocess.run([str(part) for part in command], check=True, capture_output=True, input=text, text=True)


def festival(text, voice, wav):
    run("text2wave", "-eval", f"({voice})", "-o", wav, text=text)


def write_voices(out):
    out.mkdir(parents=True, exist_ok=True)
    run("sox", str(LIBRIVOX).format("0870"), out / "unheard_librivox_0870.wav")
    run("sox", str(LIBRIVOX).format("0920"), out / "unheard_librivox_0920.wav")
    run("sox", TESTDATA / "cards/005.wav", out / "unheard_cards.wav")
    festival(TEXT, "voice_kal_diphone", out / "unheard_festival_kal.wav")
    festival(TEXT, "voice_cmu_us_slt_arctic_hts", out / "festival_slt_hts.wav")
    run("espeak-ng", "-v", "en-gb", "-s", "150", "-w", out / "unheard_espeak_gb.wav", TEXT)
    run("espeak-ng", "-v", "fr-fr", "-s", "140", "-w", out / "unheard_espeak_fr.wav", FRENCH)
    # two sentences with 1.5 s of silence before, between and after: lips must rest there
    pause = out / "pause.wav"
    run("sox", "-n", "-r", "16000", "-c", "1", "-b", "16", pause, "trim", "0", "1.5")
    run("sox", pause, str(LIBRIVOX).format("0880"), pause, str(LIBRIVOX).format("0930"), pause, out / "unheard_pauses.wav")
    pause.unlink()
    run("sox", "-n", "-r", "16000", "-c", "1", "-b", "16", out / "silence.wav", "trim", "0", "3")
    run("sox", "-n", "-r", "16000", "-c", "1", "-b", "16", out / "noise.wav", "synth", "3", "pinknoise", "gain", "-20")
    run("sox", "-n", "-r", "16000", "-c", "1", "-b", "16", out / "music.wav", "synth", "4", "pluck", "C3", "pluck", "E3", "pluck", "G3", "remix", "-", "tremolo", "2", "60", "gain", "-14")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    write_voices(parser.parse_args().out)
