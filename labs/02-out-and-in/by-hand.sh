#% ground -> r1-address, r2-address, r1-serves, r1-default, r2-default, r1-to-ext, ext-sees, under-the-host, ext-to-port, host-to-port, r2-to-port, r1-to-port, untouched
# The switch and the two namespaces of lab 1, with a web server in each that tells its client who he is.
#zh 实验 1 的交换机和两个名字空间，里面各有一个网页服务器，会告诉访问者“我看到的你是谁”。
ip link add name %br% type bridge
ip link set %br% up
ip addr add %net%.111/24 dev %br%
ip netns add %r1%
ip link add veth1.2 type veth peer name eth0 netns %r1%
ip -n %r1% link set lo up
ip -n %r1% link set eth0 up
ip -n %r1% addr add %net%.11/24 dev eth0
ip link set dev veth1.2 master %br% up
ip netns exec %r1% setsid hello 80 %r1% >/dev/null 2>&1 &
ip netns add %r2%
ip link add veth2.2 type veth peer name eth0 netns %r2%
ip -n %r2% link set lo up
ip -n %r2% link set eth0 up
ip -n %r2% addr add %net%.12/24 dev eth0
ip link set dev veth2.2 master %br% up
ip netns exec %r2% setsid hello 80 %r2% >/dev/null 2>&1 &
for n in 11 12; do
	i=0
	until curl -s -m 0.2 http://%net%.$n/ >/dev/null || [ $i -ge 10 ]; do i=$((i + 1)); sleep 0.05; done
done

#% default-route -> r1-default, r2-default, r1-to-ext, ext-sees, under-the-host, ext-to-port, host-to-port, r2-to-port, r1-to-port
# Whatever is not in the own subnet goes to the host's address in it.
#zh 凡不在本网段的，都交给主机在这个网段里的地址。
ip -n %r1% route add default via %net%.111
ip -n %r2% route add default via %net%.111

#% forwarding -> forwarding, r1-to-ext, ext-sees, under-the-host, dnat, ext-to-port, r2-to-port, r1-to-port
# A host keeps packets that are for somebody else only when it is told to be a router.
#zh 只有让主机当路由器，它才会转发不是发给自己的报文。
sysctl -q -w net.ipv4.ip_forward=1

#% masquerade -> r1-to-ext, ext-sees, under-the-host
# Outside nobody knows the way to %net%.0/24. So whatever leaves from there, by another interface than the bridge, goes under the host's address.
#zh 外面没有人知道去 %net%.0/24 的路。所以从那里来、又不是从网桥出去的报文，都换成主机的地址。
nft add table ip lab
nft add chain ip lab postrouting '{ type nat hook postrouting priority srcnat; }'
nft add rule ip lab postrouting ip saddr %net%.0/24 oifname != "%br%" masquerade

#% publish -> dnat, ext-to-port, r2-to-port, r1-to-port
# What arrives for port %port% of the host gets another destination, before the routing decision.
#zh 到达主机 %port% 端口的报文，在路由选择之前换成另一个目的地。
nft add table ip lab
nft add chain ip lab prerouting '{ type nat hook prerouting priority dstnat; }'
nft add rule ip lab prerouting ip daddr 192.168.66.11 tcp dport %port% dnat to %net%.11:80

#% from-the-host -> host-to-port
# Packets of the host's own processes never pass prerouting. They are translated on their way out.
#zh 主机自己的进程发出的报文不经过 prerouting，要在 output 里转换。
nft add table ip lab
nft add chain ip lab output '{ type nat hook output priority -100; }'
nft add rule ip lab output ip daddr 192.168.66.11 tcp dport %port% dnat to %net%.11:80

#% hairpin -> r1-to-port
# The way back to where it came from: under the host's address, or the answer would not come past the host, and out of the port by which the frame came in, which a switch refuses unless told.
#zh 原路折返：要换成主机的地址，否则应答不会再经过主机；还要从帧进来的那个端口再出去，交换机默认不允许这样做。
nft add table ip lab
nft add chain ip lab postrouting '{ type nat hook postrouting priority srcnat; }'
nft add rule ip lab postrouting ip saddr %net%.0/24 ip daddr %net%.0/24 ct status dnat masquerade
ip link set dev veth1.2 type bridge_slave hairpin on
