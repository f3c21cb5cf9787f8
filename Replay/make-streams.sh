#!/bin/sh
# Makes the recorded streams of this folder anew: Replay/make-streams.sh FOLDER, with the generator files of README.md in FOLDER.
# The events of all streams share one run, one live time and one luminosity, and no event number stands twice, so that
# they can be replayed together.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
generator=$(cd "${1:?give the folder of the generator files}" && pwd)
sluice=${SLUICE:-$here/../.build/release/sluice}

# A folder of its own: the command line a stream keeps names files as anybody has them.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

next=1
stream() {  # label, generator file, number of events, more options
  label=$1 file=$2 count=$3
  shift 3
  ln -s "$generator/$file" "$file"
  echo "sluice import $file --process $label --events $count --first-event $next $*"
  (
    PATH=$(dirname "$sluice"):$PATH
    sluice import "$file" --process "$label" --events "$count" --first-event "$next" "$@" \
      --luminosity 5e34 --seconds 10 --background 0.2 --seed 2026 --experiment 1 --run 1 --batch 64 \
      -o "$label.arrow"
  )
  mv "$label.arrow" "$here/$label.arrow"
  next=$((next + count))
}

stream mumu mumu.hepmc3.zst 350
stream tautau tautau.hepmc3.zst 350
stream qqbar qqbar.hepmc3.zst 250
stream BBbar bbbar.hepmc3.zst 200
stream bhabha bhabha_nlo.hepmc3.zst 350 --cross-section '298.2 nb'
stream gammagamma gammagamma_nlo.hepmc3.zst 250 --cross-section '4.95 nb'
stream eemumu twophoton_eemumu.hepmc3.zst 350
stream tau_pi_N tau_pi_hnl_m1.0_ctau300mm.hepmc3.zst 300 --cross-section '2 fb'
stream B_K_S b_k_scalar_m1.0_ctau100mm.hepmc3.zst 150 --cross-section '2 fb'

# Windows without a collision need no generator file.
PATH=$(dirname "$sluice"):$PATH sluice simulate --process zero_bias --events 400 --seconds 10 --luminosity 5e34 \
  --background 0.2 --seed 2026 --experiment 1 --run 1 --first-event "$next" --batch 64 -o zero_bias.arrow
mv zero_bias.arrow "$here/zero_bias.arrow"
