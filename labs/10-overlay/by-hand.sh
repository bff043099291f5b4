#% here -> a-address, a-mtu, ping, ping-1422, outside
# On this host: a bridge, and a namespace on it. Nothing new so far.
#zh 本机：一个网桥，上面接一个名字空间。到此没有新东西。
ip netns add %a%
ip link add brw type bridge
ip link set brw up
ip link add wA type veth peer name eth0 netns %a%
ip link set wA master brw
ip link set wA up
ip -n %a% link set lo up
ip -n %a% address add %net%.11/24 dev eth0
ip -n %a% link set eth0 up

#% there -> b-address, b-mtu, ping, ping-1422
# The same on the second host, with another address of the same subnet.
#zh 第二台主机上做同样的事，用同一网段的另一个地址。
ip netns add %b%
h2 ip link add brw type bridge
h2 ip link set brw up
h2 ip link add wB type veth peer name eth0 netns %b%
h2 ip link set wB master brw
h2 ip link set wB up
ip -n %b% link set lo up
ip -n %b% address add %net%.200/24 dev eth0
ip -n %b% link set eth0 up

#% tunnel-here -> vxlan-here, peer, ping, ping-1422, outside
# One more port of the bridge: what goes in here leaves inside UDP packets for the other host.
#zh 网桥再加一个端口：从这里进去的帧，装进 UDP 报文发给另一台主机。
ip link add vxw type vxlan id %vni% local 172.31.0.1 remote 172.31.0.2 dstport 4789 dev wire0
ip link set vxw master brw || :
ip link set vxw up

#% tunnel-there -> vxlan-there, ping, ping-1422
# Its counterpart: same number, same port, the addresses the other way round.
#zh 另一端：编号和端口相同，两个地址对调。
h2 ip link add vxw type vxlan id %vni% local 172.31.0.2 remote 172.31.0.1 dstport 4789 dev wire0
h2 ip link set vxw master brw || :
h2 ip link set vxw up

#% mtu -> a-mtu, b-mtu
# 50 bytes of every packet belong to the tunnel, so those inside have to be smaller.
#zh 每个报文有 50 字节属于隧道，所以里面的报文要小一些。
ip -n %a% link set eth0 mtu 1450
ip -n %b% link set eth0 mtu 1450

#% flat-here -> flat-seen, flat-bare
# For comparison a container behind a router: this host is the gateway of a subnet of its own.
#zh 作为对比，做一个路由器后面的容器：本机是一个独立网段的网关。
ip netns add fA
ip link add fA0 type veth peer name eth0 netns fA
ip address add %flat%.1.1/24 dev fA0
ip link set fA0 up
ip -n fA link set lo up
ip -n fA address add %flat%.1.11/24 dev eth0
ip -n fA link set eth0 up
ip -n fA route add default via %flat%.1.1
sysctl -qw net.ipv4.ip_forward=1

#% flat-there -> flat-seen
# The same on the second host, in a subnet of its own, with a web server.
#zh 第二台主机上也一样，用它自己的网段，并开一个网页服务器。
ip netns add fB
h2 ip link add fB0 type veth peer name eth0 netns fB
h2 ip address add %flat%.2.1/24 dev fB0
h2 ip link set fB0 up
ip -n fB link set lo up
ip -n fB address add %flat%.2.11/24 dev eth0
ip -n fB link set eth0 up
ip -n fB route add default via %flat%.2.1
h2 sysctl -qw net.ipv4.ip_forward=1
ip netns exec fB setsid hello 80 fB >/dev/null 2>&1 &

#% routes -> route-here, route-there, flat-seen, flat-bare
# Each host learns where the other's subnet is. No tunnel, no translation.
#zh 每台主机都知道对方网段在哪里。没有隧道，也没有地址转换。
ip route add %flat%.2.0/24 via 172.31.0.2
h2 ip route add %flat%.1.0/24 via 172.31.0.1
timeout 2 sh -c 'until ip netns exec fA curl -s -m 1 -o /dev/null http://%flat%.2.11/; do sleep 0.05; done' || :
