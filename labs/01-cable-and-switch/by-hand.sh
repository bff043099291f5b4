#% namespace -> r1, r1-link, r1-lo, r1-address, r1-port, r1-to-host, r1-to-r2, no-way-out
# A network namespace is a second IP stack: interfaces, addresses, routes and a firewall of its own. `ip netns` gives it a name.
#zh 网络名字空间就是另一套 IP 协议栈：自己的网卡、地址、路由和防火墙。`ip netns` 给它起一个名字。
ip netns add %r1%

#% cable -> r1-link, r1-address, r1-port, r1-to-host, r1-to-r2
# A veth pair is a cable with two ends. One end goes into the namespace and gets the name that interfaces have there. Moving comes before renaming: until then eth0 would be a name of the host.
#zh 虚拟网卡对就是一根有两个头的网线。一头放进名字空间，并改成里面惯用的名字。先移动再改名：在移动之前，eth0 会成为主机上的名字。
ip link add veth1.1 type veth peer name veth1.2
ip link set veth1.1 netns %r1%
ip netns exec %r1% ip link set veth1.1 name eth0

#% both-ends-up -> r1-link, r1-port, r1-to-host, r1-to-r2
# A veth has a carrier only while both of its ends are up.
#zh 两头都启动了，虚拟网卡对才有载波。
ip netns exec %r1% ip link set eth0 up
ip link set veth1.2 up

#% address -> r1-address, r1-to-host, r1-to-r2
# The address belongs to the end inside. With it comes a route to %net%.0/24, and no other.
#zh 地址配在里面的那一头。随之而来的是到 %net%.0/24 的路由，除此之外没有别的路由。
ip netns exec %r1% ip addr add %net%.11/24 dev eth0

#% loopback -> r1-lo
# lo of a new namespace is down. What a namespace sends to its own addresses goes through lo.
#zh 新名字空间里的 lo 是关闭的。名字空间发给自己地址的报文要经过 lo。
ip netns exec %r1% ip link set lo up

#% bridge -> bridge, bridge-address, r1-port, r2-port, r1-to-host, r1-to-r2
# The bridge is the switch. It forwards frames by their MAC addresses and needs no IP address for that.
#zh 网桥就是交换机。它按 MAC 地址转发帧，为此并不需要 IP 地址。
ip link add name %br% type bridge
ip link set %br% up

#% plug-in -> r1-port, r1-to-host, r1-to-r2
# The host's end of the cable becomes a port of the bridge. A port needs no address.
#zh 网线在主机上的那一头成为网桥的一个端口。端口不需要地址。
ip link set dev veth1.2 master %br%

#% bridge-address -> bridge-address, r1-to-host
# This address is the host's: its IP stack is now a member of the subnet, with %br% as its interface.
#zh 这个地址是主机的：主机的协议栈从此以 %br% 为网卡，成为这个网段的一员。
ip addr add %net%.111/24 dev %br%

#% second -> r2, r2-link, r2-address, r2-lo, r2-port, r1-to-r2
# The same once more. This time the inner end is born where it belongs and under its final name, in one command.
#zh 再来一遍。这一次，里面的那一头用一条命令直接生在该在的地方，名字也一步到位。
ip netns add %r2%
ip link add veth2.2 type veth peer name eth0 netns %r2%
ip netns exec %r2% ip link set eth0 up
ip netns exec %r2% ip link set lo up
ip netns exec %r2% ip addr add %net%.12/24 dev eth0
ip link set veth2.2 up
ip link set dev veth2.2 master %br%
