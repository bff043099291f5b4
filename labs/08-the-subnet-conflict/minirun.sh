#% stop -> host-k8s, no-overlap, app-k8s, app-route, app-address, app-mtu, app-there
# The default network can move only while no container is in it.
#zh 默认网络只有在没有容器使用它的时候才能搬家。
minirun stop -t 0 %app%

#% bridge -> host-k8s, no-overlap, app-k8s, bridge-made, bridge-address, app-route, app-address, app-mtu, app-there
# A bridge of our own with an address from a free subnet. It is ours, so its packet size is ours to set too.
#zh 自己的网桥，地址取自一个空闲网段。网桥是自己的，所以报文大小也由自己设定。
ip link add name %br% mtu %mtu% type bridge
ip addr add %vpn%.10.10/24 dev %br%
ip link set %br% up

#% settings -> host-k8s, no-overlap, app-k8s, app-route, app-address, app-mtu, app-there
# The default network uses that bridge from now on. Its addresses come from the upper half; the lower one stays free for others.
#zh 从此默认网络使用这个网桥。地址从后一半里分配；前一半留给别人。
minirun network set-default --bridge %br% --fixed-cidr %vpn%.10.128/25 --mtu %mtu%

#% start -> app-k8s, app-address, app-route, app-mtu, app-there, vpn-reach
# The same container as before, in its new place.
#zh 还是原来那个容器，换了地方。
minirun start %app%

#% vpn -> vpn-route
# The VPN brings a wide route. The narrower one of the bridge still wins for its own 256 addresses.
#zh VPN 带来一条很宽的路由。网桥那条更窄，对它自己的 256 个地址仍然优先。
ip route add %vpn%.0.0/16 via 192.168.66.1
n=0
until curl -s -m 0.2 http://%vpn%.10.128/ | grep -q hello || [ "$n" -ge 15 ]; do n=$((n + 1)); sleep 0.05; done
