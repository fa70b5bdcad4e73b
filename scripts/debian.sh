#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# Installs from Debian what Python's packages do not bring: Pango for PDF, Java for Spark, xmlsec1 for signing in by SAML,
# and PostgreSQL and Chromium for the tests. Without root it says in one line what is missing, and what that means.
set -eu

missing=()
need() { # need PACKAGE TEST...: PACKAGE is missing when TEST fails
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}
library() { ldconfig -p | grep -q "$1"; }
postgresql() { command -v postgres || ls /usr/lib/postgresql/*/bin/postgres; }
font() { fc-list | grep -qi liberation; }

need libpango-1.0-0 library libpango-1.0.so.0
need libpangoft2-1.0-0 library libpangoft2-1.0.so.0
need libharfbuzz-subset0 library libharfbuzz-subset.so.0
need fontconfig command -v fc-list
need fonts-liberation font
need postgresql postgresql
need default-jre-headless command -v java
need chromium command -v chromium
need xmlsec1 command -v xmlsec1

[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
    echo "skipped, as it takes root on Debian: apt-get install ${missing[*]} (PDF reports, signing in by SAML, and tests on PostgreSQL, Spark and in a browser, need them)"
fi
