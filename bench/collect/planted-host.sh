#!/bin/sh
# Inside namespaces of its own (see triage.ts): puts a planted host in front of this machine's files and runs both tools on it.
# Arguments: UAC's folder, Node, claw-ir's program, the script that plants, a folder for what is measured.
set -eu
uac=$1 node=$2 program=$3 plant=$4 work=$5
mount --make-rprivate /
hostname planted

# What both need stays within reach at a place of its own; what else this machine holds besides its system is out of sight.
tools=/mnt/tools
mount -t tmpfs tmpfs /mnt
mkdir -p "$tools/uac" "$tools/claw" "$tools/node" /mnt/disk /mnt/out
mount --bind "$uac" "$tools/uac"
mount --bind "$(dirname "$(dirname "$program")")" "$tools/claw"
mount --bind "$(dirname "$(readlink -f "$node")")" "$tools/node"
mount --bind "$work" /mnt/out
run_node="$tools/node/$(basename "$(readlink -f "$node")")"

# The plants, and this machine's own configuration below them where they have none.
"$run_node" "$tools/claw/test/locations/$(basename "$plant")" /mnt/disk
# These two would bear on every program that runs here.
rm /mnt/disk/etc/ld.so.preload /mnt/disk/etc/nsswitch.conf
cp -a -n /etc/. /mnt/disk/etc/
cp -a /var/lib/dpkg /mnt/dpkg 2>/dev/null || true
mkdir -p /mnt/disk/home /mnt/disk/root
for place in etc home root; do mount --bind "/mnt/disk/$place" "/$place"; done
for place in /tmp /var/tmp /run /var/spool /opt /srv; do [ -d "$place" ] && mount -t tmpfs tmpfs "$place"; done
for place in run var/spool; do cp -a "/mnt/disk/$place/." "/$place/"; done
for other in $(ls /); do
  case $other in
  bin | sbin | lib* | usr | etc | home | root | tmp | run | var | opt | srv | proc | sys | dev | boot | mnt) ;;
  *) if [ -d "/$other" ] && [ ! -L "/$other" ]; then mount -t tmpfs tmpfs "/$other"; fi ;;
  esac
done

seconds() { date +%s.%N; }
since() { awk -v from="$1" -v to="$(seconds)" 'BEGIN { printf "%.3f\n", to - from }'; }
export HOME=/home/claw

claw() {
  began=$(seconds)
  "$run_node" "$tools/claw/bin/claw-ir.js" collect --full --data-dir /mnt/out/data --non-interactive --json \
    >/mnt/out/claw.json 2>/mnt/out/claw.err || [ $? -le 4 ]
  since "$began" >/mnt/out/claw.seconds
  "$run_node" -e '
    const { artifacts } = JSON.parse(require("node:fs").readFileSync("/mnt/out/claw.json", "utf8"));
    const kept = artifacts.filter((one) => one.records > 0);
    console.log(`${kept.length} artifacts, ${kept.reduce((sum, one) => sum + one.records, 0)} records`);
  ' >/mnt/out/claw.note
}
triage() {
  mkdir -p /mnt/uac-out /mnt/uac-temp
  began=$(seconds)
  (cd "$tools/uac" && ./uac -p ir_triage -o case --temp-dir /mnt/uac-temp /mnt/uac-out >/mnt/out/uac.log 2>&1)
  since "$began" >/mnt/out/uac.seconds
  tar tf /mnt/uac-out/case.tar.gz >/mnt/out/uac.files
  echo "$(wc -l </mnt/out/uac.files) files in its archive" >/mnt/out/uac.note
}
# Each once before it is measured: the file cache is the same for both.
find / -xdev >/dev/null 2>&1 || true
triage
claw
