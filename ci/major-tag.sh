#!/usr/bin/env bash
# Moves the tag of the major version (v1) to a release (v1.2.3), unless it is a pre-release or a higher one of the same major
# version exists.
set -euo pipefail

tag=$1
major=${tag%%.*}
case $tag in
  *-*) echo "$tag is a pre-release: $major stays." ; exit 0 ;;
esac
highest=$(git tag --list "$major.*.*" --sort=-version:refname | grep -v -e - | head -n 1)
if [ "$highest" != "$tag" ]; then
  echo "$highest is higher than $tag: $major stays."
  exit 0
fi
git tag --force "$major" "$tag^{commit}"
git push --force origin "refs/tags/$major"
