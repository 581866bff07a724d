#!/usr/bin/env bash
# Prints Markdown with the size and gas of contracts, and what differs from a commit. For the action in action.yml.
#
#   AVMASM   the command        CONTRACTS  main files, separated by blanks
#   BUDGET   fields allowed     BASELINE   a commit, or empty
#
# The status is 1 if a contract takes more than its budget, or can't be assembled.
set -uo pipefail

status=0
old=
if [[ -n ${BASELINE:-} ]]; then
  git fetch --quiet --depth=1 origin "$BASELINE" 2>/dev/null || true
  old=$(mktemp -d)
  trap 'git worktree remove --force "$old" 2>/dev/null; rm -rf "$old"' EXIT
  git worktree add --quiet --detach "$old" "$BASELINE" || old=
fi

# fenced CMD...: its output as a block of code.
fenced() {
  printf '```\n'
  "$@"
  local result=$?
  printf '```\n\n'
  return $result
}

read -ra contracts <<<"${CONTRACTS:?}"
for contract in "${contracts[@]}"; do
  printf '## %s\n\n' "$contract"
  fenced node "$AVMASM" size --budget "${BUDGET:-3000}" "$contract" || {
    status=1
    printf '::error file=%s::it takes more than %s fields, or has errors\n' "$contract" "${BUDGET:-3000}" >&2
  }
  fenced node "$AVMASM" gas "$contract" || status=1
  [[ -n $old && -f $old/$contract ]] || continue
  printf 'Against %s:\n\n' "$BASELINE"
  # Its status only says whether there is a difference.
  fenced node "$AVMASM" diff "$old/$contract" "$contract" || true
done
exit $status
