#% bridges -> edu-out, names-same, names-other, names-outside, alias-edu, alias-farm, walls, gate-edu, gate-farm
# Two bridges; the host's address in each is the gateway of those behind it.
#zh 两个网桥；主机在每个网桥上的地址，就是它后面容器的网关。
ip link add name br-edu type bridge
ip addr add %net1%.0.1/16 dev br-edu
ip link set br-edu up
ip link add name br-farm type bridge
ip addr add %net2%.0.1/16 dev br-farm
ip link set br-farm up

#% out -> edu-out
# The way out: forwarding, and the host's own address on what leaves.
#zh 出口：打开转发，外出的报文换成主机的地址。
sysctl -qw net.ipv4.ip_forward=1
nft -f - <<'END'
table ip out {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr { %net1%.0.0/16, %net2%.0.0/16 } oifname "ens33" masquerade
  }
}
END

#% wall -> walls
# Forwarding has joined the two subnets; this parts them again.
#zh 转发把两个网段连在了一起；这里再把它们隔开。
nft -f - <<'END'
table ip walls {
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname "br-edu" oifname "br-farm" drop
    iifname "br-farm" oifname "br-edu" drop
  }
}
END

#% names -> names-same, names-other, names-outside, alias-edu, alias-farm
# A name server for each bridge, at the gateway's address. It knows one tenant's file and asks 192.168.66.50 for the rest.
#zh 每个网桥一个域名服务器，放在网关地址上。它只知道一个租户的文件，其余的去问 192.168.66.50。
touch /run/lab/names.edu /run/lab/names.farm
setsid perl /run/lab/names.pl %net1%.0.1 /run/lab/names.edu 192.168.66.50 >/dev/null 2>&1 &
setsid perl /run/lab/names.pl %net2%.0.1 /run/lab/names.farm 192.168.66.50 >/dev/null 2>&1 &

#% edu-web -> edu-subnet, edu-out, names-same, names-other, names-outside, alias-edu, walls, quiet
# A container without a network gets a cable, an address, a route, and a line in its tenant's list of names.
#zh 没有网络的容器：给它网线、地址、路由，再在本租户的名单里加一行。
minirun run -d --name %edu%-web --network none --dns %net1%.0.1 busybox hello 80 %edu%-web
pid=$(minirun inspect -f '{{.State.Pid}}' %edu%-web)
ip link add name v-edu-web type veth peer name eth0 netns "$pid"
ip link set v-edu-web master br-edu up
nsenter --net="/proc/$pid/ns/net" ip addr add %net1%.0.10/16 dev eth0
nsenter --net="/proc/$pid/ns/net" ip link set eth0 up
nsenter --net="/proc/$pid/ns/net" ip route add default via %net1%.0.1
echo '%net1%.0.10 %edu%-web web' >>/run/lab/names.edu

#% edu-db -> names-same, alias-edu, walls, gate-edu
# The database of the same tenant.
#zh 同一租户的数据库。
minirun run -d --name %edu%-db --network none --dns %net1%.0.1 busybox hello 80 %edu%-db
pid=$(minirun inspect -f '{{.State.Pid}}' %edu%-db)
ip link add name v-edu-db type veth peer name eth0 netns "$pid"
ip link set v-edu-db master br-edu up
nsenter --net="/proc/$pid/ns/net" ip addr add %net1%.0.11/16 dev eth0
nsenter --net="/proc/$pid/ns/net" ip link set eth0 up
nsenter --net="/proc/$pid/ns/net" ip route add default via %net1%.0.1
echo '%net1%.0.11 %edu%-db' >>/run/lab/names.edu

#% farm-web -> farm-subnet, alias-farm, walls, quiet
# The other tenant also calls its web server web, in a list of its own.
#zh 另一个租户也把网站叫 web，写在它自己的名单里。
minirun run -d --name %farm%-web --network none --dns %net2%.0.1 busybox hello 80 %farm%-web
pid=$(minirun inspect -f '{{.State.Pid}}' %farm%-web)
ip link add name v-farm-web type veth peer name eth0 netns "$pid"
ip link set v-farm-web master br-farm up
nsenter --net="/proc/$pid/ns/net" ip addr add %net2%.0.10/16 dev eth0
nsenter --net="/proc/$pid/ns/net" ip link set eth0 up
nsenter --net="/proc/$pid/ns/net" ip route add default via %net2%.0.1
echo '%net2%.0.10 %farm%-web web' >>/run/lab/names.farm

#% farm-db -> alias-farm, walls, gate-farm
# And its database.
#zh 以及它的数据库。
minirun run -d --name %farm%-db --network none --dns %net2%.0.1 busybox hello 80 %farm%-db
pid=$(minirun inspect -f '{{.State.Pid}}' %farm%-db)
ip link add name v-farm-db type veth peer name eth0 netns "$pid"
ip link set v-farm-db master br-farm up
nsenter --net="/proc/$pid/ns/net" ip addr add %net2%.0.11/16 dev eth0
nsenter --net="/proc/$pid/ns/net" ip link set eth0 up
nsenter --net="/proc/$pid/ns/net" ip route add default via %net2%.0.1
echo '%net2%.0.11 %farm%-db' >>/run/lab/names.farm

#% vault -> vault-near, vault-shut
# An internal network is a bridge on which the host has no address: there is nobody who could route.
#zh 内部网络就是一个主机在上面没有地址的网桥：没有谁能替它转发。
ip link add name br-inner type bridge
ip link set br-inner up
minirun run -d --name vault --network none busybox hello 80 vault
pid=$(minirun inspect -f '{{.State.Pid}}' vault)
ip link add name v-vault type veth peer name eth0 netns "$pid"
ip link set v-vault master br-inner up
nsenter --net="/proc/$pid/ns/net" ip addr add 10.77.0.10/24 dev eth0
nsenter --net="/proc/$pid/ns/net" ip link set eth0 up

#% gate -> gate-edu, gate-farm, gate-route, vault-near
# Three cables, three interfaces, one default route.
#zh 三根网线，三块网卡，一条默认路由。
minirun run -d --name gate --network none --dns %net1%.0.1 busybox sleep 100000
pid=$(minirun inspect -f '{{.State.Pid}}' gate)
ip link add name v-gate0 type veth peer name eth0 netns "$pid"
ip link set v-gate0 master br-edu up
nsenter --net="/proc/$pid/ns/net" ip addr add %net1%.0.20/16 dev eth0
nsenter --net="/proc/$pid/ns/net" ip link set eth0 up
nsenter --net="/proc/$pid/ns/net" ip route add default via %net1%.0.1
echo '%net1%.0.20 gate' >>/run/lab/names.edu
ip link add name v-gate1 type veth peer name eth1 netns "$pid"
ip link set v-gate1 master br-farm up
nsenter --net="/proc/$pid/ns/net" ip addr add %net2%.0.20/16 dev eth1
nsenter --net="/proc/$pid/ns/net" ip link set eth1 up
ip link add name v-gate2 type veth peer name eth2 netns "$pid"
ip link set v-gate2 master br-inner up
nsenter --net="/proc/$pid/ns/net" ip addr add 10.77.0.20/24 dev eth2
nsenter --net="/proc/$pid/ns/net" ip link set eth2 up
n=0
until [ "$(ss -Hlun 'sport = :53' | wc -l)" -ge 2 ] || [ "$n" -ge 40 ]; do n=$((n + 1)); sleep 0.05; done
