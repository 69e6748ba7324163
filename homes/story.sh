#!/usr/bin/env bash
# story.sh SERVER USER-AGENT FOLDER: a call from one home to another, told line by line as it happens. Needs root.
# SERVER is a WildFly with m2mx.ear, USER-AGENT the command m2mx-ua, FOLDER is made anew. Ends with 0 if all of it held.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
server=$1
user_agent=$2
folder=$3
prefix=m2mx-demo-$$
video=2001:db8:b::10
alice=2001:db8:a::10
video_aor=sip:video@m2m-x.example
words="plain words from alice"
processes=()

start_of_story=$(date +%s%N)
tell() { # what, text ...
  local now
  now=$((($(date +%s%N) - start_of_story) / 1000000))
  printf '%3d.%01d s  %-12s %s\n' $((now / 1000)) $((now % 1000 / 100)) "$1" "${*:2}"
}

fail() {
  printf 'm2mx: %s\nm2mx: the logs are in %s.\n' "$*" "$folder" >&2
  exit 20
}

within() { # space, command ...
  local space=$1
  shift
  ip netns exec "$prefix-$space" "$@"
}

launch() { # log, space, command ...
  local log=$folder/$1 space=$2
  shift 2
  ip netns exec "$prefix-$space" "$@" >"$log" 2>&1 </dev/null &
  processes+=($!)
}

await() { # log, text, seconds
  local start=$SECONDS
  until grep -q -- "$2" "$folder/$1" 2>/dev/null; do
    ((SECONDS - start < $3)) || fail "$1 never said '$2'"
    sleep 0.1
  done
}

line_of() { grep -m 1 -- "$2" "$folder/$1" | sed 's/^firewall: //'; } # log, text

# Whether a connection from a machine gets an answer, be it a refusal, from video's port.
answered() { # space, port, tries
  local try code
  for ((try = 0; try < $3; try++)); do
    code=0
    within "$1" timeout 1 bash -c "exec 3<>/dev/tcp/$video/$2" 2>/dev/null || code=$?
    ((code == 124)) || return 0
  done
  return 1
}

# The IKE daemon of a machine, on which another's number in /run must not be found.
ike_daemon() { # space
  sed "s#SOCKET#$folder/$1.vici#" "$here/charon.conf" >"$folder/$1.charon.conf"
  launch "$1.charon.log" "$1" unshare -m sh -c \
    "mount -t tmpfs tmpfs /run && STRONGSWAN_CONF='$folder/$1.charon.conf' exec charon-systemd"
}

# Whether a datagram from an address has come as far as the sockets of video's machine.
arrived() { # address, port it came from, or nothing for any
  within ua-b nft list set inet observer arrived | grep -q "$1 . ${2:-[0-9]*} . udp . "
}

begin_call() { # protocol
  mkfifo "$folder/$1.says"
  within ua-a "$user_agent" call --account "$folder/accounts/alice.json" --vici "$folder/ua-a.vici" --protocol "$1" \
    "$video_aor" <"$folder/$1.says" >"$folder/$1.hears" 2>"$folder/$1.log" &
  call=$!
  processes+=("$call")
  exec 9>"$folder/$1.says"
}

say_words() { # protocol
  await "$1.log" "connected with" 60
  tell "channel" "$(line_of "$1.log" "connected with" | sed 's/, peer.*//')"
  printf '%s\n' "$words" >&9
  await "$1.hears" "$words" 30
  tell "data" "alice says \"$words\", and video echoes it"
}

hang_up() {
  exec 9>&-
  wait "$call" || fail "alice's call ended with exit code $?"
}

tidy() {
  local process
  for process in "${processes[@]}"; do
    kill "$process" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  "$here/topology.sh" down "$prefix"
}

trap 'exit 130' INT TERM
trap tidy EXIT

rm -rf "$folder"
mkdir -p "$folder/base"
cp -r "$server/standalone/." "$folder/base"

"$here/topology.sh" up "$prefix"
tell "homes" "A is 2001:db8:a::/64, B is 2001:db8:b::/64; their gateways drop what comes from outside"
for gateway in gw-a gw-b; do
  launch "$gateway.log" "$gateway" miniupnpd -d -f "$here/miniupnpd.conf" -P "$folder/$gateway.pid"
done
JBOSS_HOME='' LAUNCH_JBOSS_IN_BACKGROUND=1 launch server.log core "$server/bin/standalone.sh" \
  -Djboss.server.base.dir="$folder/base" -Djava.net.preferIPv4Stack=false \
  "-Dsip.listen=tls://[2001:db8:5::1]:5061" -Dsip.tls.self-signed-hosts=2001:db8:5::1 \
  "-Dm2mx.account.server=[2001:db8:5::1]:5061" -Dm2mx.demo.accounts="$folder/accounts"
for gateway in gw-a gw-b; do
  await "$gateway.log" "PCP traffic on port 5351" 30
done
tell "gateways" "each has miniupnpd, which opens holes for its home by UPnP (IGD:2) and PCP"
await server.log WFLYSRV0025 180
tell "server" "serves at [2001:db8:5::1]:5061, in the internet between them"
launch capture.log core tcpdump -i to-b -n -U -s 0 -Z root -w "$folder/internet.pcap"
await capture.log "listening on" 30

tunnels=
if command -v charon-systemd >/dev/null && [[ -e /dev/net/tun ]]; then
  tunnels=yes
  for machine in ua-a ua-b; do
    ike_daemon "$machine"
  done
fi
launch video.log ua-b "$user_agent" listen --echo --lease 20 --account "$folder/accounts/video.json" --vici "$folder/ua-b.vici"
await video.log registered 60
tell "video" "in home B: $(line_of video.log registered)"

begin_call tcp-tls
await tcp-tls.log registered 60
tell "alice" "in home A: $(line_of tcp-tls.log registered)"
await tcp-tls.log calling 60
tell "INVITE" "alice calls $video_aor by way of the server"
await video.log "opened a hole" 60
tell "hole" "home B's $(line_of video.log "opened a hole")"
say_words tcp-tls
port=$(sed -n 's/.*connected with .* to \[.*\]:\([0-9]*\), .*/\1/p' "$folder/tcp-tls.log")
answered ua-a "$port" 10 || fail "alice's packets to port $port are dropped during the call"
tell "alice" "a packet of hers to port $port of video comes in"
! answered core "$port" 1 || fail "a stranger's packets to port $port are let in"
tell "stranger" "a packet of a stranger's to the same port is dropped"
hang_up
await video.log "closed the hole" 30
tell "BYE" "alice hangs up; home B's $(line_of video.log "closed the hole")"
! answered ua-a "$port" 1 || fail "alice's packets to port $port are let in after the call"
tell "alice" "a packet of hers to that port is dropped again"

if [[ $tunnels ]]; then
  ! arrived "$alice" || fail "alice's packets to port 4500 are let in before the call"
  begin_call ike-esp-udpencap
  await video.log "to UDP port 4500" 60
  tell "tunnel" "alice calls once more, for a tunnel by IKE; home B's $(line_of video.log "to UDP port 4500")"
  say_words ike-esp-udpencap
  arrived "$alice" 4500 || fail "no packet of the tunnel has come to video"
  tell "alice" "the tunnel's packets come in at port 4500 of video"
  within core bash -c "echo hello >/dev/udp/$video/4500"
  sleep 0.5
  ! arrived 2001:db8:ffb::1 || fail "a stranger's packets to port 4500 are let in"
  tell "stranger" "a packet of a stranger's to the same port is dropped"
  hang_up
  await video.log "closed the hole .* to UDP port 4500" 30
  tell "BYE" "alice hangs up; home B's $(line_of video.log "closed the hole .* to UDP port 4500")"
else
  tell "tunnel" "not shown: it takes strongSwan (Debian: charon-systemd, libcharon-extra-plugins) and /dev/net/tun"
fi

frames() { within core tcpdump -n -r "$folder/internet.pcap" "$@" 2>/dev/null | wc -l; }
! grep -q -a -- "$words" "$folder/internet.pcap" || fail "the words were read on the way"
tell "on the way" "$(frames host $alice and host $video) packets from home to home passed the internet's router;" \
  "the words are in none of them"
tell "the server" "saw $(frames host 2001:db8:5::1 and host $video) packets of home B, all of them signalling"
