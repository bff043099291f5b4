#% masquerade -> r1-to-ext, ext-sees, under-the-host
# Outside nobody knows the way to %net%.0/24. So whatever leaves from there, by another interface than the bridge, goes under the host's address.
#zh 外面没有人知道去 %net%.0/24 的路。所以从那里来、又不是从网桥出去的报文，都换成主机的地址。
iptables -t nat -A POSTROUTING -s %net%.0/24 ! -o %br% -j MASQUERADE

#% publish -> dnat, ext-to-port, r2-to-port, r1-to-port
# What arrives for port %port% of the host gets another destination, before the routing decision.
#zh 到达主机 %port% 端口的报文，在路由选择之前换成另一个目的地。
iptables -t nat -A PREROUTING -d 192.168.66.11 -p tcp --dport %port% -j DNAT --to-destination %net%.11:80

#% from-the-host -> host-to-port
# Packets of the host's own processes never pass prerouting. They are translated on their way out.
#zh 主机自己的进程发出的报文不经过 prerouting，要在 output 里转换。
iptables -t nat -A OUTPUT -d 192.168.66.11 -p tcp --dport %port% -j DNAT --to-destination %net%.11:80

#% hairpin -> r1-to-port
# The way back to where it came from: under the host's address, or the answer would not come past the host, and out of the port by which the frame came in, which a switch refuses unless told.
#zh 原路折返：要换成主机的地址，否则应答不会再经过主机；还要从帧进来的那个端口再出去，交换机默认不允许这样做。
iptables -t nat -A POSTROUTING -s %net%.0/24 -d %net%.0/24 -m conntrack --ctstate DNAT -j MASQUERADE
ip link set dev veth1.2 type bridge_slave hairpin on
