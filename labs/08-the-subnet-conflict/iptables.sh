#% out -> app-k8s, vpn-reach
# The way out: forwarding, and the host's address on what leaves the bridge.
#zh 出口：打开转发，离开网桥的报文换成主机的地址。
sysctl -qw net.ipv4.ip_forward=1
iptables -t nat -A POSTROUTING -s %vpn%.10.0/24 -o ens33 -j MASQUERADE
