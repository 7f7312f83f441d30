#!/usr/bin/env bash
# dub-all.sh PORTRAIT OUT_FOLDER SOUND...: one film for every sound. A sound that fails is named and the rest goes on.
# Exit status: 0 all done, 1 some failed, 2 wrong use, 130 interrupted. ANIMATE: the command, if it is not the one of this checkout.
set -u
here=$(cd "$(dirname "$0")" && pwd)
if [ $# -lt 3 ]; then
  echo "usage: $0 PORTRAIT OUT_FOLDER SOUND..." >&2
  exit 2
fi
portrait=$1 out=$2
shift 2
mkdir -p "$out" || exit 2

animate() {
  if [ -n "${ANIMATE:-}" ]; then "$ANIMATE" "$@"; else node "$here/../bin/animate.js" "$@"; fi
}

done_count=0 failed=()
for sound in "$@"; do
  name=$(basename "$sound")
  film="$out/${name%.*}.mp4"
  if [ -s "$film" ] && [ "$film" -nt "$sound" ] && [ "$film" -nt "$portrait" ]; then
    echo "$film: already there" >&2
    done_count=$((done_count + 1))
    continue
  fi
  animate "$portrait" "$sound" --output "$film" --quiet
  status=$?
  case $status in
    0) done_count=$((done_count + 1)) ;;
    130) exit 130 ;;                       # Ctrl-C stops the whole batch
    *) failed+=("$sound (exit $status)") ;; # the reason is on stderr already
  esac
done
echo "$done_count of $# done" >&2
if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
