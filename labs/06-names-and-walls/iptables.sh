#% out -> edu-out
# The way out: forwarding, and the host's own address on what leaves.
#zh 出口：打开转发，外出的报文换成主机的地址。
sysctl -qw net.ipv4.ip_forward=1
iptables -t nat -A POSTROUTING -s %net1%.0.0/16 -o ens33 -j MASQUERADE
iptables -t nat -A POSTROUTING -s %net2%.0.0/16 -o ens33 -j MASQUERADE

#% wall -> walls
# Forwarding has joined the two subnets; this parts them again.
#zh 转发把两个网段连在了一起；这里再把它们隔开。
iptables -A FORWARD -i br-edu -o br-farm -j DROP
iptables -A FORWARD -i br-farm -o br-edu -j DROP
