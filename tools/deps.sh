#!/usr/bin/env bash
# Brings what some tests need beyond Go: PostgreSQL (the spool on its second
# database), OpenSSL (an independent eye on CMS), OpenSSH (real SFTP peers), Exim, msmtp
# and Dovecot (real mail peers), FUSE (power cuts), a C compiler (the race detector), pyas2lib, a real AS2 peer, and
# StAEDI and pyx12, independent readers of X12, with the Java that StAEDI needs. Run
# again, it changes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

pyas2lib=pyas2lib==1.4.4
pyx12=pyx12==4.0.0
staedi=1.25.3
# pyas2lib's own choice of oscrypto cannot read OpenSSL 3; Debian's can, so it comes
# from there, with what it needs, and pyas2lib alone goes into a directory of ours.
packages=(postgresql openssl openssh-client openssh-server fuse3 gcc libc6-dev python3-venv python3-oscrypto python3-asn1crypto python3-openssl maven
	exim4-daemon-light msmtp dovecot-imapd dovecot-lmtpd)
# Any JDK will do; Debian's where there is none.
command -v javac >/dev/null || packages+=(default-jdk-headless)

missing=()
for p in "${packages[@]}"; do
	dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
done
if [ ${#missing[@]} -gt 0 ]; then
	if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
		echo "make deps: install these as root (Debian names), then run it again:" >&2
		echo "  apt-get install ${missing[*]}" >&2
		exit 1
	fi
	echo "make deps: installing ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	log=$(mktemp)
	trap 'rm -f "$log"' EXIT
	{ apt-get update -q && apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
fi

if ! .deps/pyas2/bin/python -c 'import pyas2lib.as2' 2>/dev/null; then
	echo "make deps: installing $pyas2lib into .deps/pyas2"
	/usr/bin/python3 -m venv --clear --system-site-packages .deps/pyas2
	.deps/pyas2/bin/pip install -q --disable-pip-version-check --no-deps "$pyas2lib"
	.deps/pyas2/bin/python -c 'import pyas2lib.as2'
fi

if ! .deps/pyx12/bin/python -c 'import pyx12.x12file' 2>/dev/null; then
	echo "make deps: installing $pyx12 into .deps/pyx12"
	/usr/bin/python3 -m venv --clear .deps/pyx12
	.deps/pyx12/bin/pip install -q --disable-pip-version-check "$pyx12"
	.deps/pyx12/bin/python -c 'import pyx12.x12file'
fi

if [ ! -e .deps/staedi/staedi.jar ]; then
	echo "make deps: bringing StAEDI $staedi into .deps/staedi"
	mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:2.8:get -Dartifact="io.xlate:staedi:$staedi" -Dtransitive=false
	mkdir -p .deps/staedi
	mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:2.8:copy -Dartifact="io.xlate:staedi:$staedi" \
		-DoutputDirectory="$PWD/.deps/staedi" -Dmdep.stripVersion=true
	test -e .deps/staedi/staedi.jar
fi

go mod download
echo "make deps: everything is here"
