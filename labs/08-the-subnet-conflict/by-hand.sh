#% leave -> host-k8s, no-overlap, app-k8s, app-route, app-mtu, app-there
# The old network goes: its container, and with it the bridge whose route hides the department.
#zh 旧网络退场：先是容器，再是那个用路由遮住了科室网段的网桥。
minirun rm -f %app%
minirun network prune -f

#% bridge -> bridge-made, bridge-address, app-k8s, app-there, vpn-reach
# A bridge of our own in a free subnet.
#zh 在空闲网段里建自己的网桥。
ip link add name %br% mtu %mtu% type bridge
ip addr add %vpn%.10.10/24 dev %br%
ip link set %br% up

#% out -> app-k8s, vpn-reach
# The way out: forwarding, and the host's address on what leaves the bridge.
#zh 出口：打开转发，离开网桥的报文换成主机的地址。
sysctl -qw net.ipv4.ip_forward=1
nft -f - <<'END'
table ip out {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr %vpn%.10.0/24 oifname "ens33" masquerade
  }
}
END

#% app -> app-k8s, app-route, app-address, app-mtu, app-there, vpn-reach
# The container again, without a network, and a cable with the same packet size at both ends.
#zh 重新运行容器，不带网络；再拉一根网线，两端的报文大小一致。
minirun run -d --name %app% --network none busybox hello 80 %app%
pid=$(minirun inspect -f '{{.State.Pid}}' %app%)
ip link add name v-app mtu %mtu% type veth peer name eth0 mtu %mtu% netns "$pid"
ip link set v-app master %br% up
nsenter --net="/proc/$pid/ns/net" ip addr add %vpn%.10.128/24 dev eth0
nsenter --net="/proc/$pid/ns/net" ip link set eth0 up
nsenter --net="/proc/$pid/ns/net" ip route add default via %vpn%.10.10

#% vpn -> vpn-route
# The VPN brings a wide route. The narrower one of the bridge still wins for its own 256 addresses.
#zh VPN 带来一条很宽的路由。网桥那条更窄，对它自己的 256 个地址仍然优先。
ip route add %vpn%.0.0/16 via 192.168.66.1
n=0
until curl -s -m 0.2 http://%vpn%.10.128/ | grep -q hello || [ "$n" -ge 15 ]; do n=$((n + 1)); sleep 0.05; done
