#!/usr/bin/env bash
# What the GitHub Action (action.yml) does. Exit code: 0 in order; 1 errors or a failed test; 2 wrong usage, or something that
# cannot be read; 3 a change that `fail-on` names.
set -uo pipefail

folder=${SALLYPORT_PATH:-policies}
base=${SALLYPORT_BASE:-}
fail_on=${SALLYPORT_FAIL_ON:-none}
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# A checkout of the project runs its TypeScript, whatever was built in it, and has no dependencies yet; the package has
# JavaScript alone.
program=$package/src/cli/main.ts
if [[ ! -f $program ]]; then
  program=$package/dist/src/cli/main.js
elif [[ ! -d $package/node_modules ]]; then
  (cd "$package" && npm install --ignore-scripts --omit=dev --omit=optional --no-audit --no-fund --no-save) >&2 || exit 2
fi

# What is printed comes out of the pull request: until the token, which it cannot know, no line is a command to the runner.
harmless() {
  local token status
  token=$(node -p 'crypto.randomUUID()') || return 2
  echo "::stop-commands::$token"
  "$@" 2>&1
  status=$?
  echo
  echo "::$token::"
  return $status
}

sallyport() {
  node "$program" "$@"
}

case $fail_on in
  none | widens | narrows | any) ;;
  *)
    echo '::error::fail-on is one of none, widens, narrows, any'
    exit 2
    ;;
esac

# Makes annotations of lines such as `policies/a.yaml:16:14: error SP213: …`.
echo "::add-matcher::$package/action/problem-matcher.json"
harmless sallyport check "$folder"
checked=$?
echo '::remove-matcher owner=sallyport::'
((checked == 0)) || exit $checked

# No base: a schedule, a dispatch. Only zeros: a branch that was pushed for the first time.
if [[ -z $base || $base =~ ^0+$ ]]; then
  echo 'nothing to compare with: the reach of agents is not compared'
  exit 0
fi
if ! git rev-parse --quiet --verify "$base^{commit}" >/dev/null; then
  echo '::error::the base is not in this clone: give actions/checkout `fetch-depth: 0`'
  exit 2
fi

change=(diff "$base...HEAD" --path "$folder")
report=$(mktemp)
trap 'rm -f "$report"' EXIT
sallyport "${change[@]}" --json >"$report"
compared=$?
if ((compared != 0)); then
  harmless sallyport "${change[@]}"
  # Its own policies are in order, so those of the base are not: whoever mends them must get through.
  if ((compared == 1)) && [[ $fail_on == none ]]; then
    echo '::warning::the policies of the base have errors: the reach of agents is not compared'
    exit 0
  fi
  echo '::error::the change of reach cannot be told'
  exit $compared
fi
# Looked at before it becomes an output: one word of four, whatever the report says.
verdict=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1], "utf8")).verdict' "$report") || exit 2
[[ $verdict =~ ^(equivalent|narrows|widens|both)$ ]] || exit 2
echo "verdict=$verdict" >>"${GITHUB_OUTPUT:-/dev/null}"
sallyport "${change[@]}" --markdown >>"${GITHUB_STEP_SUMMARY:-/dev/null}" || exit 2

if [[ $fail_on == none ]]; then
  harmless sallyport "${change[@]}"
else
  harmless sallyport "${change[@]}" --fail-on "$fail_on"
fi
