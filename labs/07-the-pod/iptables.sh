#% publish -> site
# The port is the pod's, not a container's.
#zh 端口属于豆荚，而不属于某个容器。
sysctl -qw net.ipv4.ip_forward=1
iptables -t nat -A PREROUTING -p tcp --dport %port% -m addrtype --dst-type LOCAL -j DNAT --to-destination 10.90.0.2:80
