#!/usr/bin/env bash
# smoke.sh: does this installation make the films that it should? Three samples in one batch: their length, their sync, the hash of their frames, and the exit
# statuses of what must fail. Under a minute on two cores; copy this folder into your own repository and give it your own samples.
#   ANIMATE   the command. Default: this checkout's, else animate-portrait of PATH, else the one that npm installed here
#   SAMPLES   folder with astronaut.png, painting.jpg, librivox.wav, song.wav. Default: the folder above
#   EXPECTED  a file of hashes that a run before wrote with KEEP (same machine, same version): frames must be those
#   KEEP      where to write the hashes
# A failure is told on stderr, with exit status 1.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
samples=${SAMPLES:-$(dirname "$here")}
if [ -n "${ANIMATE:-}" ]; then animate=("$ANIMATE")
elif [ -f "$here/../../bin/animate.js" ]; then animate=(node "$here/../../bin/animate.js")
elif command -v animate-portrait >/dev/null; then animate=(animate-portrait)
else animate=(npx --no-install animate-portrait); fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "smoke: $*" >&2
  exit 1
}

# ends_with STATUS ARGUMENTS...: the command must end with that status, and say why on stderr where it is not 0. Its stdout is kept.
ends_with() {
  local wanted=$1 got=0
  shift
  "${animate[@]}" "$@" >"$work/stdout" 2>"$work/stderr" </dev/null || got=$?
  [ "$got" -eq "$wanted" ] || fail "expected exit status $wanted, got $got: animate $* ($(tail -n 2 "$work/stderr"))"
  [ "$wanted" -eq 0 ] || [ -s "$work/stderr" ] || fail "nothing on stderr: animate $*"
}

# value NAME: a value of the JSON object on stdin.
value() {
  node -e 'const all = JSON.parse(require("fs").readFileSync(0, "utf8")); console.log(process.argv[1].split(".").reduce((part, name) => part?.[name], all))' "$1"
}

# 1. Three films with one command.
cat >"$work/jobs.csv" <<END
portrait,sound,output,duration,motionOut
"$samples/astronaut.png","$samples/librivox.wav",speech.mp4,,speech.json
"$samples/painting.jpg","$samples/song.wav",song.mp4,,song.json
"$samples/painting.jpg","$samples/librivox.wav",short.mp4,2.5,short.json
END
ends_with 0 batch "$work/jobs.csv" --size 192 --quiet
[ "$(sort "$work/stdout")" = "$(printf '%s\n' "$work/short.mp4" "$work/song.mp4" "$work/speech.mp4")" ] || fail "stdout: expected the paths of three films, got $(cat "$work/stdout")"

# 2. Length: the film's own, in seconds, within a frame of what went in.
for sample in speech:7.1 song:7.2 short:2.5; do
  ends_with 0 inspect "$work/${sample%:*}.mp4" --json
  seconds=$(value durationSeconds <"$work/stdout")
  node -e 'process.exit(Math.abs(process.argv[1] - process.argv[2]) <= 0.05 ? 0 : 1)' "$seconds" "${sample#*:}" || fail "${sample%:*}.mp4: expected ${sample#*:} s, got $seconds s"
  [ "$(value video <"$work/stdout")/$(value audio <"$work/stdout")" = h264/aac ] || fail "${sample%:*}.mp4: expected h264 and aac"
done

# 3. Sync: lips against loudness.
node "$here/sync.js" "$work/speech.json" "$samples/librivox.wav" >"$work/sync" || fail "speech.mp4 is not in sync"
node "$here/sync.js" "$work/song.json" "$samples/song.wav" >>"$work/sync" || fail "song.mp4 is not in sync"

# 4. Frames: alone and with one thread they are those of the batch. Between machines they may differ: networks are computed in another order there.
hash_of() { grep -F "/$1.mp4\"" "$work/results.jsonl" | value framesSha256; } # results.jsonl: a line for each film
ends_with 0 "$samples/painting.jpg" "$samples/librivox.wav" -o "$work/again.mp4" --duration 2.5 --size 192 --threads 1 --json --quiet
[ "$(value framesSha256 <"$work/stdout")" = "$(hash_of short)" ] || fail "two runs drew different frames"
for name in speech song short; do echo "$name $(hash_of "$name")"; done >"$work/hashes"
if [ -n "${KEEP:-}" ]; then cp "$work/hashes" "$KEEP"; fi
if [ -n "${EXPECTED:-}" ]; then diff "$EXPECTED" "$work/hashes" >&2 || fail "other frames than in $EXPECTED"; fi

# 5. Exit statuses, docs/errors.md: nothing else tells a script what went wrong.
rm "$work"/*.mp4
face=$samples/astronaut.png voice=$samples/librivox.wav
ends_with 2 "$face" "$voice" -o "$work/x.mp4" --fps abc
ends_with 2 "$work/none.png" "$voice" -o "$work/x.mp4"
ends_with 2 "$voice" "$voice" -o "$work/x.mp4"
ends_with 3 "$face" "$voice" -o "$work/x.mp4" --model no-such-model
ends_with 5 "$face" "$voice" -o "$work/x.mp4" --ffmpeg "$work/none"
printf 'portrait,sound,duration,output\n"%s","%s",0.2,good.mp4\n"%s",none.wav,,bad.mp4\n' "$face" "$voice" "$face" >"$work/some.csv"
ends_with 10 batch "$work/some.csv" --size 128 --keep-going --quiet
[ "$(cd "$work" && echo *.mp4)" = good.mp4 ] || fail "expected good.mp4 alone, got $(cd "$work" && echo *.mp4)"

echo "smoke: three films made, in time, in sync and twice the same; mistakes reported. Sync: $(tr '\n' ' ' <"$work/sync")"
