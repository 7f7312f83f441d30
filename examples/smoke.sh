#!/usr/bin/env bash
# smoke.sh: does this installation make films? Two seconds of one, checked; then two mistakes, each with its exit status. For CI; takes half a minute.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
animate=(node "$here/../bin/animate.js")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "smoke: $*" >&2
  exit 1
}

# expect STATUS COMMAND...: the command must end with that exit status and say why on stderr
expect() {
  local wanted=$1 got=0
  shift
  "$@" >"$work/stdout" 2>"$work/stderr" || got=$?
  [ "$got" -eq "$wanted" ] || fail "expected exit $wanted, got $got: $* ($(tail -n 1 "$work/stderr"))"
  [ -s "$work/stderr" ] || fail "nothing on stderr: $*"
  [ ! -s "$work/stdout" ] || fail "stdout is not empty: $*"
}

printed=$("${animate[@]}" "$here/astronaut.png" "$here/librivox.wav" -o "$work/film.mp4" --duration 2 --size 256 --quiet)
[ "$printed" = "$work/film.mp4" ] || fail "stdout: expected the film's path, got \"$printed\""
# An MP4 names each track's kind in an "hdlr" box: video and sound must both be there. No ffprobe needed.
for kind in vide soun; do
  node -e 'process.exit(require("fs").readFileSync(process.argv[1], "latin1").includes(`hdlr${"\0".repeat(8)}${process.argv[2]}`) ? 0 : 1)' \
    "$work/film.mp4" "$kind" || fail "no $kind track in the film"
done
[ "$(head -c 8 "$work/film.mp4" | tail -c 4)" = ftyp ] || fail "not an MP4"

expect 2 "${animate[@]}" "$here/astronaut.png" "$here/librivox.wav" -o "$work/x.mp4" --fps abc
expect 2 "${animate[@]}" "$here/librivox.wav" "$here/librivox.wav" -o "$work/x.mp4"
expect 3 "${animate[@]}" "$here/astronaut.png" "$here/librivox.wav" -o "$work/x.mp4" --model no-such-model
[ ! -e "$work/x.mp4" ] || fail "a failed run left a film"
echo "smoke: film made, mistakes reported"
