#!/usr/bin/env bash
# The steps of action.yml: checks the files, tests their expectations, and compares them with the base branch of a pull
# request. All steps run; the exit code is that of the first that failed. Permissions that changed fail nothing.
set -uo pipefail

acl() { npx --yes "acl-playground@${ACL_VERSION:-latest}" "$@"; }
say() { printf '%s\n' "$*" >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"; }

server=()
[ -z "${ACL_TARGET:-}" ] || server+=(--target "$ACL_TARGET")
[ -z "${ACL_CONF:-}" ] || server+=(--conf "$ACL_CONF")
ignore=()
[ -z "${ACL_IGNORE:-}" ] || ignore+=(--ignore "$ACL_IGNORE")
read -ra files <<<"${ACL_FILES:-users.acl}"
result=0
failed() { [ "$result" -ne 0 ] || result=$1; }

acl check "${files[@]}" "${server[@]}" "${ignore[@]}" --fail-on "${ACL_FAIL_ON:-refused}" --format github || failed $?

given="${ACL_EXPECT:-}"
for file in "${files[@]}"; do
  expect="${given:-${file%.*}.expect}"
  if [ -n "$given" ] || [ -f "$expect" ]; then
    acl test "$file" "$expect" "${server[@]}" --format github || failed $?
  fi
  given=''
done

base="${GITHUB_BASE_REF:-}"
if [ -n "$base" ]; then
  git rev-parse --verify --quiet "refs/remotes/origin/$base" >/dev/null ||
    git fetch --quiet --no-tags --depth=1 origin "+refs/heads/$base:refs/remotes/origin/$base"
  for file in "${files[@]}"; do
    before="refs/remotes/origin/$base:$file"
    if git cat-file -e "$before" 2>/dev/null; then
      say "$(git show "$before" | acl compare - "$file" --stdin-name "$base:$file" "${server[@]}" --format markdown 2>&1)"
    else
      say "\`$file\` is new."
    fi
  done
fi

if [ -n "${ACL_PLAYGROUND_PAGE:-}" ]; then
  expect="${ACL_EXPECT:-${files[0]%.*}.expect}"
  [ -f "$expect" ] || expect=''
  if link=$(acl link "${files[0]}" ${expect:+"$expect"} "${server[@]}"); then
    say "[Open these files in the playground]($link)"
  fi
fi
exit "$result"
