"""Sound -> speech tokens: the recipe of docs/architecture.md "Speech features", the same as src/audio/ (agrees to 1e-3; tests/unit/audio/features.test.ts).

speech_tokens(samples) -> (tokens [100 + 2 * frames, 672] float32, offset 50); frames = ceil(samples / 640), 25 a second. Token i covers the 20 ms from
-1 s + 0.02 i on: tokens 0..49 are the silence put before the sound, video frame f has tokens 50 + 2f and 51 + 2f, the last 50 are silence again.
A token is 512 encoder states, then the 80 log-mel values of its first hop (10 ms), then the 80 of its second.

command line: speech.py SOUND OUT.npz   writes tokens (float16), offset and frames
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
from scipy.signal import lfilter

SAMPLE_RATE = 16000
FRAME_SAMPLES = 640  # one video frame, 1/25 s
TOKEN_HOPS = 2  # log-mel hops in a token
PAD_SECONDS = 1  # silence put before and after
OFFSET = 50  # index of the token at time 0
WINDOW_SECONDS, CONTEXT_SECONDS = 8, 1  # tokens used from a window, context on each side of them
FFT_SAMPLES, HOP_SAMPLES, MEL_BINS = 400, 160, 80
STATES = 512
TOKEN_WIDTH = STATES + TOKEN_HOPS * MEL_BINS

TARGET_LUFS = -23.0
MAX_GAIN_DB = 30.0
QUIET_LUFS = -60.0  # quieter sounds are not amplified: nothing but noise floor
MEL_PEAK_FLOOR = 0.25  # log10; under every window peak of GRID talker 1 and LJ Speech at -23 LUFS (least 0.36, 1st percentile 0.39 and 0.60)
MEL_RANGE = 8.0  # log10; Whisper clips this far below the peak

ENCODER = Path(__file__).parent.parent / "models/default/speech-encoder.onnx"
_sessions = {}


def read_sound(path):
    """any file ffmpeg reads -> float32 [samples], mono, 16 kHz"""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-vn", "-ac", "1", "-ar", str(SAMPLE_RATE), "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout, np.float32)


# --- loudness: ITU-R BS.1770-4 -------------------------------------------------------------------------------------------------------------------


def k_weighting(rate):
    """the two biquads of BS.1770-4 annex 1 (high shelf, high pass) for any sample rate -> [(b, a), (b, a)].
    The standard's 48 kHz tables turned back into their analogue prototypes: De Man 2014, "Evaluation of implementations of the EBU R128 loudness measurement"."""
    k = np.tan(np.pi * 1681.974450955533 / rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = (
        np.array([high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k]) / a0,
        np.array([1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]),
    )
    k, q = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    a0 = 1 + k / q + k * k
    return [shelf, (np.array([1.0, -2.0, 1.0]), np.array([1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]))]


def measure_loudness(samples):
    """float [samples] mono 16 kHz -> integrated loudness in LUFS, -inf for silence. Blocks of 400 ms every 100 ms, gated at -70 LUFS and then 10 LU under
    the mean of what is left. A sound shorter than 400 ms is one block."""
    weighted = np.asarray(samples, np.float64)
    for b, a in k_weighting(SAMPLE_RATE):
        weighted = lfilter(b, a, weighted)
    step = SAMPLE_RATE // 10
    steps = len(weighted) // step
    if steps < 4:
        powers = np.array([np.mean(weighted**2)]) if len(weighted) else np.zeros(0)
    else:
        sums = (weighted[: steps * step] ** 2).reshape(steps, step).sum(1)
        powers = (sums[:-3] + sums[1:-2] + sums[2:-1] + sums[3:]) / (4 * step)
    powers = powers[powers > 10 ** ((-70 + 0.691) / 10)]
    if not len(powers):
        return -np.inf
    powers = powers[powers > powers.mean() / 10]
    return -0.691 + 10 * np.log10(powers.mean())


def normalising_gain(lufs):
    """LUFS -> factor that brings the sound to -23 LUFS, at most +30 dB; 1 for sounds under -60 LUFS"""
    return 1.0 if lufs < QUIET_LUFS else 10 ** (min(TARGET_LUFS - lufs, MAX_GAIN_DB) / 20)


# --- Whisper's log-mel: Radford et al. 2022 (arXiv:2212.04356) section 2.2, as openai-whisper 20231117 audio.py computes it ------------------------


def mel_filters():
    """-> [80, 201], triangles of equal area on Slaney's mel scale (librosa.filters.mel(sr=16000, n_fft=400, n_mels=80))"""
    step = np.log(6.4) / 27

    def to_mel(hz):
        return hz * 3 / 200 if hz < 1000 else 15 + np.log(hz / 1000) / step

    mels = np.linspace(0, to_mel(SAMPLE_RATE / 2), MEL_BINS + 2)
    edges = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp(step * (mels - 15)))
    hz = np.arange(FFT_SAMPLES // 2 + 1) * SAMPLE_RATE / FFT_SAMPLES
    rising = (hz - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - hz) / np.diff(edges)[1:, None]
    return np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]


def log_mel(samples):
    """float [samples] -> log10 mel power [80, samples // 160]; hop h is centred on sample 160 h, zeros lie beyond both ends"""
    hops = len(samples) // HOP_SAMPLES
    padded = np.pad(np.asarray(samples, np.float64), FFT_SAMPLES // 2)
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FFT_SAMPLES) / FFT_SAMPLES)
    views = np.lib.stride_tricks.sliding_window_view(padded, FFT_SAMPLES)[::HOP_SAMPLES][:hops]
    power = np.abs(np.fft.rfft(views * hann)) ** 2
    return np.log10(np.maximum(mel_filters() @ power.T, 1e-10))


def scale_mel(window, peak_floor=MEL_PEAK_FLOOR):
    """log10 mel [80, hops] of one window -> what the encoder takes, float32: clipped to 8 below the peak, (x + 4) / 4"""
    peak = max(window.max(), peak_floor)
    return ((np.maximum(window, peak - MEL_RANGE) + 4) / 4).astype(np.float32)


# --- tokens ---------------------------------------------------------------------------------------------------------------------------------------


def count_frames(samples):
    """video frames of a sound, at least 1"""
    return max(1, -(-len(samples) // FRAME_SAMPLES))


def prepare(samples):
    """float [samples] -> the padded, normalised sound, float64 [(2 + frames / 25) * 16000]"""
    samples = np.asarray(samples, np.float64) * normalising_gain(measure_loudness(samples))
    pad = PAD_SECONDS * SAMPLE_RATE
    return np.pad(samples, (pad, count_frames(samples) * FRAME_SAMPLES - len(samples) + pad))


def windows_of(hops):
    """hops of the padded sound -> [(first hop, end hop, first used, end used)]: 8 s used of windows of at most 10 s; the first and last keep the padding"""
    size, context = WINDOW_SECONDS * 100, CONTEXT_SECONDS * 100
    count = max(1, -(-(hops - 2 * context) // size))
    windows = []
    for i in range(count):
        start, end = i * size, min(i * size + size + 2 * context, hops)
        windows.append((start, end, start if i == 0 else start + context, end if i == count - 1 else start + context + size))
    return windows


def run_encoder(mel, path=ENCODER, threads=1):
    """[80, hops] -> states [hops / 2, 512]"""
    key = (str(path), threads)
    if key not in _sessions:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        _sessions[key] = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return _sessions[key].run(None, {"mel": mel[None]})[0][0]


def speech_tokens(samples, encode=run_encoder):
    """float [samples] mono 16 kHz -> (tokens [100 + 2 * frames, 672] float32, offset of time 0 = 50)"""
    whole = log_mel(prepare(samples))
    tokens = []
    for start, end, first, last in windows_of(whole.shape[1]):
        mel = scale_mel(whole[:, start:end])
        hops = mel.T.reshape(-1, TOKEN_HOPS * MEL_BINS)  # [hops, 80] -> [tokens, 160]
        window = np.concatenate([encode(mel), hops], 1)
        tokens.append(window[(first - start) // TOKEN_HOPS : (last - start) // TOKEN_HOPS])
    return np.concatenate(tokens).astype(np.float32), OFFSET


def tokens_of(sound):
    """a path or float [samples] mono 16 kHz -> (tokens, offset) as speech_tokens"""
    return speech_tokens(read_sound(sound) if isinstance(sound, (str, Path)) else sound)


def frame_tokens(tokens, first, frames, offset=OFFSET):
    """tokens of video frames first..first + frames - 1 -> [2 * frames, 672]; frames beyond either end repeat the outermost silence"""
    wanted = np.arange(offset + 2 * first, offset + 2 * (first + frames))
    return tokens[np.clip(wanted, 0, len(tokens) - 1)]


if __name__ == "__main__":
    tokens, offset = tokens_of(sys.argv[1])
    np.savez(sys.argv[2], tokens=tokens.astype(np.float16), offset=offset, frames=(len(tokens) - 2 * OFFSET) // 2)
    print(sys.argv[2], tokens.shape)
