#!/usr/bin/env bash
# Repeats both models from the data: teachers (hours on a laptop), soft labels, students, files, golden vectors and figures.
#
#   scripts/train/train.sh --data DIR --encoder DIR --program build/release/bin/roomtone [--out deploy/models] [--work DIR]
#
# DIR of --data: the TSV files that deploy/models/README.md names. DIR of --encoder: all-MiniLM-L6-v2 (model.safetensors, config.json,
# tokenizer.json). Needs Python 3.11 with scripts/train/requirements.txt. Teachers that --work already holds are not trained again.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../deploy/models
work=${TMPDIR:-/tmp}/roomtone-train
data='' encoder='' program=''
while [[ $# -gt 0 ]]; do
  case $1 in
    --data) data=$2 ;;
    --encoder) encoder=$2 ;;
    --program) program=$2 ;;
    --out) out=$2 ;;
    --work) work=$2 ;;
    *) sed -n '2,8p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done
if [[ -z $data || -z $encoder || -z $program ]]; then
  sed -n '2,8p' "$0" >&2
  exit 2
fi
mkdir -p "$work"
# One thread is fastest at these sizes; a heap that keeps its pages is four times as fast for the student.
export OMP_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=8589934592
python=${PYTHON:-python3}

teach() {  # NAME, then arguments of teacher.py
  local name=$1
  shift
  [[ -e $work/$name.npz ]] || "$python" "$here/teacher.py" --data "$data" --encoder "$encoder" --out "$work/$name.npz" "$@"
}
teach open --kind open --passes 100000
teach open_spans --kind open --start "$work/open.npz.pt" --passes 0 --only spans
teach social_first --kind social --passes 190000 --stop 63000 --no-labels
teach social --kind social --start "$work/social_first.npz.pt" --passes 45000 --rate 5e-5 --seed 2
teach social_spans --kind social --start "$work/social.npz.pt" --passes 0 --only spans

student() {  # KIND, then arguments of train.py
  local kind=$1
  shift
  "$python" "$here/train.py" --data "$data" --program "$program" --tokenizer "$encoder/tokenizer.json" --kind "$kind" --cache "$work" \
    --soft "$work/$kind.npz,$work/${kind}_spans.npz" --golden "$here/../../tests/data/mood" --out "$out" "$@" | tee "$work/$kind.figures"
}

learn='"valence":3.0,"valence_kd":4.0,"repeat_rated":2'
for final in '' --final; do
  student social $final --emotions "$work/open.npz" --curves "$work/social.curves" --singles 3 --pairs 8 --lines 14 --rows 20000 --weak 0.5 \
    --first "{\"epochs\":4,$learn}" --second "{\"epochs\":5,$learn}"
done
learn='"valence":4.0,"valence_kd":4.0,"hard":0.15'
for final in '' --final; do
  student open $final --curves "$work/open.curves" --singles 3 --pairs 6 --lines 14 --rows 20000 --weak 0.5 \
    --first "{\"epochs\":5,$learn}" --second "{\"epochs\":6,$learn}"
done
