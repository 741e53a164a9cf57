#!/usr/bin/env bash
# dist-check.sh VERSION EPOCH: builds the committed source twice, from two
# directories with two empty build caches, and compares the archives.
set -euo pipefail
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
commit=$(git rev-parse HEAD)
platform=$(go env GOOS)/$(go env GOARCH)
for n in first second-with-a-longer-name; do
	mkdir -p "$tmp/$n/source"
	git archive "$commit" | tar -x -C "$tmp/$n/source"
	(cd "$tmp/$n/source" && GOCACHE="$tmp/$n/cache" go run ./tools/dist -version "$1" -epoch "$2" -platforms "$platform" -out "$tmp/$n/dist")
done
diff "$tmp/first/dist/SHA256SUMS" "$tmp/second-with-a-longer-name/dist/SHA256SUMS"
cat "$tmp/first/dist/SHA256SUMS"
echo "dist-check: both builds are the same, byte for byte"
