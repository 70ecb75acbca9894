#!/usr/bin/env bash
# Renews the vendored style sheet, fonts and plots of the staff pages from the npm registry (needs npm and Python, only
# here).
# govuk-frontend carries its licence only in its repository: govuk-frontend.LICENSE.txt is kept by hand.
# The version of govuk-frontend is the one whose macros the installed govuk-frontend-jinja mirrors.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
static="$here/../payouts/web/static"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
npm init --yes >/dev/null
npm install --no-audit --no-fund --ignore-scripts --silent \
  govuk-frontend@6.3.0 @fontsource/be-vietnam-pro@5.3.0 @expo-google-fonts/be-vietnam-pro@0.4.1 sass@1 echarts@6.1.0 esbuild@0.28

npx sass --load-path=node_modules --style=compressed --no-source-map --quiet-deps \
  "$here/govuk.scss" "$static/govuk.css"

mkdir -p "$static/fonts"
for weight in 400 600; do
  for subset in latin vietnamese; do
    cp "node_modules/@fontsource/be-vietnam-pro/files/be-vietnam-pro-$subset-$weight-normal.woff2" "$static/fonts/"
  done
done
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet fonttools brotli
for weight in 400 600; do
  "$work/venv/bin/python" "$here/tabular_figures.py" \
    "$static/fonts/be-vietnam-pro-latin-$weight-normal.woff2" "$static/fonts/chitra-figures-$weight.woff2"
done
letters="$here/../payouts/reports/letters/fonts"
for face in 400Regular:Regular 400Regular_Italic:Italic 700Bold:Bold 700Bold_Italic:BoldItalic; do
  cp "node_modules/@expo-google-fonts/be-vietnam-pro/${face%:*}/BeVietnamPro_${face%:*}.ttf" \
    "$letters/BeVietnamPro-${face#*:}.ttf"
done
cp node_modules/@fontsource/be-vietnam-pro/LICENSE "$letters/be-vietnam-pro.LICENSE.txt"
cp node_modules/@fontsource/be-vietnam-pro/LICENSE "$static/fonts/be-vietnam-pro.LICENSE.txt"

cp "$here/plots.js" plots.js
npx esbuild plots.js --bundle --minify --format=iife --global-name=echarts --target=chrome109 --log-level=error \
  --outfile="$static/echarts.min.js"
for licence in echarts/NOTICE echarts/LICENSE echarts/licenses/LICENSE-d3 zrender/LICENSE tslib/LICENSE.txt; do
  printf '== %s ==\n\n' "$licence"
  cat "node_modules/$licence"
  echo
done >"$static/echarts.LICENSE.txt"

if grep -qiE 'gds|crown|crest|@font-face' "$static/govuk.css"; then
  echo "the style sheet still names a font or a picture that may not be used here" >&2
  exit 1
fi
ls -l "$static" "$static/fonts"
