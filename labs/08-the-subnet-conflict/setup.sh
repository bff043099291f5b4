# Behind the gateway: the department's network with its k8s node, and a site that a VPN will lead to.
ip netns add k8s
ip link add name k8s netns gw type veth peer name eth0 netns k8s
ip -n gw addr add 172.17.0.1/16 dev k8s
ip -n gw link set k8s up
ip -n k8s addr add 172.17.5.5/16 dev eth0
ip -n k8s addr add %vpn%.77.1/32 dev eth0
ip -n k8s link set eth0 up
ip -n k8s link set lo up
ip -n k8s route add default via 172.17.0.1
ip -n gw route add %vpn%.77.1/32 dev k8s
ip netns exec gw sysctl -qw net.ipv4.ip_forward=1
ip netns exec k8s setsid hello 80 k8s >/dev/null 2>&1 &
# On this host: a container in the default network, as it comes.
minirun run -d --name %app% busybox hello 80 %app% >/dev/null
