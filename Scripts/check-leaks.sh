#!/bin/sh
# Builds the ZeroMQ layer with the address sanitizer and runs Scripts/LeakCheck under its leak check, twice:
# once clean, which must find nothing, and once with a planted leak, which must be found.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() {
  swiftc -O -g -sanitize=address -swift-version 6 -wmo -I Sources/CZeroMQ -I "$work" "$@" 2>"$work/log" || {
    cat "$work/log" >&2
    exit 1
  }
}
build -enable-experimental-feature Lifetimes -parse-as-library -emit-module -emit-library -static \
  -module-name ZeroMQ Sources/ZeroMQ/*.swift -o "$work/libZeroMQ.a" -emit-module-path "$work/ZeroMQ.swiftmodule"
build Scripts/LeakCheck/main.swift -L "$work" -lZeroMQ -lzmq -o "$work/leak-check"

export ASAN_OPTIONS=detect_leaks=1
export LSAN_OPTIONS="suppressions=Scripts/LeakCheck/swift-runtime.supp:print_suppressions=0"
if ! "$work/leak-check" >"$work/clean" 2>&1; then
  cat "$work/clean" >&2
  echo "check-leaks: failed: ZeroMQ leaks memory or misuses it" >&2
  exit 1
fi
if "$work/leak-check" plant >"$work/planted" 2>&1 || ! grep -q "detected memory leaks" "$work/planted"; then
  cat "$work/planted" >&2
  echo "check-leaks: failed: the planted leak was not found, so the check proves nothing" >&2
  exit 1
fi
echo "check-leaks: ZeroMQ gives back all memory; the planted leak was found"
