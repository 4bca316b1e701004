#!/usr/bin/env bash
# mergerepo_c writes the builder's own folders into the repository that it makes.
#
# Guess:  mergerepo_c makes a repository to publish from two folders, with package paths relative to it, as
#         createrepo_c writes them.
# Seen:   Each package's <location> has xml:base="file:///...", the folder that it was read from. The packages aren't
#         copied. A client of the published repository looks for them on its own disk. --omit-baseurl leaves xml:base
#         out.
# With:   createrepo_c 1.2.0 (Debian 13).
# So:     A reader of primary.xml meets xml:base where no publisher wanted it. It doesn't take such a package for a
#         file of the mirror, and goes on with the index's other entries.
# Needs:  Debian (root, apt, chroot). Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files bash coreutils createrepo-c=1.2.0-2+b1 rpm)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

# The packages and what they need, unpacked under $work/root: this machine's own stay as they are.
archive=$(apt-get indextargets --format "\$(LABEL) \$(REPO_URI)" "Created-By: Packages" |
  awk '$1 == "Debian" { print $2; exit }')
mkdir -p "$work"/lists/partial "$work"/cache/archives/partial "$work/root/dev"
touch "$work/status"
echo "deb $archive $suite main" >"$work/sources.list"
fetch=(apt-get -qq -o "Dir::State::status=$work/status" -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache"
  -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o APT::Install-Recommends=false
  -o APT::Sandbox::User=root)
"${fetch[@]}" update
"${fetch[@]}" --yes --download-only install "${packages[@]}" >/dev/null
for deb in "$work"/cache/archives/*.deb; do dpkg-deb --extract "$deb" "$work/root"; done
mknod -m 666 "$work/root/dev/null" c 1 3

ln -sf bash "$work/root/usr/bin/sh"
mkdir "$work/root/build"
cat >"$work/root/build/sample.spec" <<'END'
Name: %{name_of_it}
Version: 1
Release: 1
Summary: a sample
License: none
BuildArch: noarch
%description
a sample
%files
END
for name in one two; do
  mkdir "$work/root/$name"
  chroot "$work/root" rpmbuild -bb --quiet --define "_topdir /build" --define "_rpmdir /$name" \
    --define "name_of_it $name" /build/sample.spec >"$work/output" 2>&1
  chroot "$work/root" createrepo_c --quiet --general-compress-type=gz "/$name"
done
locations() { gzip -dc "$work/root/$1"/repodata/*-primary.xml.gz | grep -o '<location [^>]*>'; }
locations one >"$work/seen"
chroot "$work/root" mergerepo_c --repo /one --repo /two --outputdir /merged --compress-type=gz >"$work/output" 2>&1 ||
  echo "ended with $?" >>"$work/seen"
locations merged >>"$work/seen"

cat >"$work/expected" <<'END'
<location href="noarch/one-1-1.noarch.rpm"/>
<location xml:base="file:///one" href="noarch/one-1-1.noarch.rpm"/>
<location xml:base="file:///two" href="noarch/two-1-1.noarch.rpm"/>
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "createrepo_c did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: mergerepo_c named the builder's folders as the place of each package."
