#!/usr/bin/env bash
# topology.sh up|down PREFIX: two homes and an internet in network namespaces of this machine. Needs root.
#
#   PREFIX-ua-a --- PREFIX-gw-a --- PREFIX-core --- PREFIX-gw-b --- PREFIX-ua-b
#   2001:db8:a::10                 2001:db8:5::1                  2001:db8:b::10
#   192.168.1.10  ->  198.51.101.2   192.0.3.1   203.0.114.2  <-  192.168.2.10
#
# IPv4 is translated by the gateways. What it has outside are no addresses for documentation, since miniupnpd lends no ports
# of those; they are known in these namespaces only, from which no way leads out.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
prefix=$2
spaces=(ua-a gw-a core gw-b ua-b)

within() { # space, command ...
  local space=$1
  shift
  ip netns exec "$prefix-$space" "$@"
}

link() { # space, interface, address, space, interface, address
  ip link add "$2" netns "$prefix-$1" type veth peer name "$5" netns "$prefix-$4"
  address "$1" "$2" "$3"
  address "$4" "$5" "$6"
}

address() { # space, interface, address
  if [[ $3 == *:* ]]; then
    within "$1" ip -6 address add "$3" dev "$2" nodad
  else
    within "$1" ip address add "$3" dev "$2"
  fi
  within "$1" ip link set "$2" up
}

route() { within "$1" ip "${4:--6}" route add "$2" via "$3"; } # space, destination, router, family

up() {
  local space gateway
  for space in "${spaces[@]}"; do
    ip netns add "$prefix-$space"
    within "$space" sysctl -qw net.ipv6.conf.{all,default}.accept_dad=0 net.ipv6.conf.{all,default}.accept_ra=0
    within "$space" ip link set lo up
  done
  for space in gw-a core gw-b; do
    within "$space" sysctl -qw net.ipv6.conf.all.forwarding=1 net.ipv4.ip_forward=1
  done
  link ua-a eth0 2001:db8:a::10/64 gw-a lan 2001:db8:a::1/64
  link gw-a wan 2001:db8:ffa::2/64 core to-a 2001:db8:ffa::1/64
  link gw-b wan 2001:db8:ffb::2/64 core to-b 2001:db8:ffb::1/64
  link ua-b eth0 2001:db8:b::10/64 gw-b lan 2001:db8:b::1/64
  address core lo 2001:db8:5::1/128
  address ua-a eth0 192.168.1.10/24
  address gw-a lan 192.168.1.1/24
  address gw-a wan 198.51.101.2/24
  address core to-a 198.51.101.1/24
  address gw-b wan 203.0.114.2/24
  address core to-b 203.0.114.1/24
  address ua-b eth0 192.168.2.10/24
  address gw-b lan 192.168.2.1/24
  address core lo 192.0.3.1/32
  route ua-a default 2001:db8:a::1
  route ua-b default 2001:db8:b::1
  route gw-a default 2001:db8:ffa::1
  route gw-b default 2001:db8:ffb::1
  route core 2001:db8:a::/64 2001:db8:ffa::2
  route core 2001:db8:b::/64 2001:db8:ffb::2
  route ua-a default 192.168.1.1 -4
  route ua-b default 192.168.2.1 -4
  route gw-a default 198.51.101.1 -4
  route gw-b default 203.0.114.1 -4
  for gateway in gw-a gw-b; do
    within "$gateway" nft -f "$here/gateway.nft"
  done
  for space in ua-b gw-b; do
    within "$space" nft -f "$here/observer.nft"
  done
}

down() {
  local space
  for space in "${spaces[@]}"; do
    if [[ -e /run/netns/$prefix-$space ]]; then
      ip netns delete "$prefix-$space"
    fi
  done
}

case $1 in
  up) up ;;
  down) down ;;
  *)
    echo "topology.sh: up or down, not '$1'" >&2
    exit 2
    ;;
esac
