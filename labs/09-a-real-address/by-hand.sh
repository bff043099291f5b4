#% container -> c-listens, c-link, c-address, c-route, ext-reaches-c, own-mac, host-reaches-c, came-back
# A container with a network stack of its own and nothing in it but lo. Exposing it lets ip-netns enter it.
#zh 容器有自己的网络栈，里面除了 lo 什么都没有。expose 之后 ip netns 就能进入它。
minirun run -d --name %c% --net none --restart always busybox hello 80 %c%
minirun netns expose %c%

#% script -> macvlan-of-the-host, shim-route, host-reaches-c
# The notes' script: the host's address moves from ens33 to a macvlan on ens33. (Not a bridge, whatever its name.)
#zh 笔记里的脚本：主机的地址从 ens33 搬到 ens33 上的一个 macvlan。（名字叫 br，其实不是网桥。）
ip addr del 192.168.66.11/24 dev ens33
ip link add link ens33 dev %br% type macvlan mode bridge
ip addr add 192.168.66.11/24 dev %br%
ip link set dev %br% up
ip route add default via 192.168.66.1 dev %br%

#% plug -> c-link, c-address, c-route, ext-reaches-c, own-mac, host-reaches-c
# What pipework does: one more macvlan on ens33, born inside the container, with address and way out.
#zh pipework 所做的事：在 ens33 上再建一个 macvlan，直接生在容器里，配上地址和默认路由。
ip link add link ens33 name eth0 netns %c% type macvlan mode bridge
ip netns exec %c% ip addr add %ip%/24 dev eth0
ip netns exec %c% ip link set eth0 up
ip netns exec %c% ip route add default via 192.168.66.1 dev eth0

#% home -> host-address, host-route
# The host's address goes back to the card. ext still reaches the container, the host no longer does.
#zh 主机的地址回到网卡上。ext 仍能访问容器，主机却不能了。
ip addr del 192.168.66.11/24 dev %br%
ip addr add 192.168.66.11/24 dev ens33
ip route replace default via 192.168.66.1 dev ens33

#% shim -> shim-route, host-reaches-c
# The macvlan that the host still has is a sibling of the container's: packets for this one address go through it.
#zh 主机手里剩下的那个 macvlan 与容器的是兄弟：去往这一个地址的报文从它走。
ip route add %ip%/32 dev %br%

#% watched -> came-back
# The server dies, its supervisor starts it again, in the same network namespace.
#zh 服务器死了，监管进程把它重新启动，还在同一个网络名字空间里。
kill -9 "$(minirun inspect -f '{{.State.Pid}}' %c%)"
timeout 2 sh -c 'until curl -s -m 1 -o /dev/null http://%ip%/; do sleep 0.05; done' || :
