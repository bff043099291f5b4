# A second host: namespace h2 with a wire to this one, and the word h2 in front of a command to run it there.
ip netns add h2
ip link add wire0 type veth peer name wire0 netns h2
ip address add 172.31.0.1/24 dev wire0
ip link set wire0 up
ip -n h2 link set lo up
ip -n h2 address add 172.31.0.2/24 dev wire0
ip -n h2 link set wire0 up
mkdir -p /run/lab/bin
cat >/run/lab/bin/h2 <<'END'
#!/bin/sh
exec nsenter --net=/run/netns/h2 env MINIRUN_STATE=/run/h2 MINIRUN_ROOT=/run/lib/h2 "$@"
END
chmod 755 /run/lab/bin/h2
