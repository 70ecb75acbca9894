#!/usr/bin/env bash
# Brings locale/vi.po up to date with what code and templates say; new messages stand there without a text,
# and a test fails until each has one.
set -euo pipefail
cd "$(dirname "$0")/.."
pybabel=$(command -v .venv/bin/pybabel || command -v pybabel)
template=$(mktemp --suffix=.pot)
trap 'rm -f "$template"' EXIT
"$pybabel" --quiet extract --mapping=tools/babel.cfg --keywords=N_ --no-location --sort-output \
  --output="$template" payouts/web
"$pybabel" --quiet update --input-file="$template" --output-file=payouts/web/locale/vi.po --locale=vi \
  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=110
grep -c '^msgstr ""$' payouts/web/locale/vi.po | sed 's/^/messages without a text (or over several lines): /'
