#% tenant-1 -> matrix, web-1, db-1, public
# A tenant: one bridge, two namespaces on it, a server in each, the host as their router.
#zh 一个租户：一个网桥，上面两个名字空间，各有一个服务器，主机是它们的路由器。
ip link add brt1 type bridge
ip address add %net%.1.1/24 dev brt1
ip link set brt1 up
for c in "web 2 80" "db 3 5432"; do
	set -- $c
	ip netns add %t1%-$1
	ip link add t1-$1 type veth peer name eth0 netns %t1%-$1
	ip link set t1-$1 master brt1 up
	ip -n %t1%-$1 link set lo up
	ip -n %t1%-$1 address add %net%.1.$2/24 dev eth0
	ip -n %t1%-$1 link set eth0 up
	ip -n %t1%-$1 route add default via %net%.1.1
	ip netns exec %t1%-$1 setsid hello $3 %t1%-$1 >/dev/null 2>&1 &
done

#% tenant-2 -> matrix, web-2, db-2, public
# The second tenant, the same with other numbers.
#zh 第二个租户，做法相同，换数字。
ip link add brt2 type bridge
ip address add %net%.2.1/24 dev brt2
ip link set brt2 up
for c in "web 2 80" "db 3 5432"; do
	set -- $c
	ip netns add %t2%-$1
	ip link add t2-$1 type veth peer name eth0 netns %t2%-$1
	ip link set t2-$1 master brt2 up
	ip -n %t2%-$1 link set lo up
	ip -n %t2%-$1 address add %net%.2.$2/24 dev eth0
	ip -n %t2%-$1 link set eth0 up
	ip -n %t2%-$1 route add default via %net%.2.1
	ip netns exec %t2%-$1 setsid hello $3 %t2%-$1 >/dev/null 2>&1 &
done

#% tenant-3 -> matrix, web-3, db-3
# The third tenant.
#zh 第三个租户。
ip link add brt3 type bridge
ip address add %net%.3.1/24 dev brt3
ip link set brt3 up
for c in "web 2 80" "db 3 5432"; do
	set -- $c
	ip netns add %t3%-$1
	ip link add t3-$1 type veth peer name eth0 netns %t3%-$1
	ip link set t3-$1 master brt3 up
	ip -n %t3%-$1 link set lo up
	ip -n %t3%-$1 address add %net%.3.$2/24 dev eth0
	ip -n %t3%-$1 link set eth0 up
	ip -n %t3%-$1 route add default via %net%.3.1
	ip netns exec %t3%-$1 setsid hello $3 %t3%-$1 >/dev/null 2>&1 &
done

#% walls -> matrix
# The host routes between all its subnets unless told otherwise: into a tenant only answers, and what was redirected there.
#zh 主机默认会在自己的所有网段之间转发：进入租户网段的，只放行应答和被端口映射过来的。
nft add table ip tenants
nft add chain ip tenants forward '{ type filter hook forward priority filter; policy accept; }'
nft add rule ip tenants forward ct state established,related accept
nft add rule ip tenants forward ct status dnat accept
nft add rule ip tenants forward 'iifname . oifname { brt1 . brt1, brt2 . brt2, brt3 . brt3 } accept'
nft add rule ip tenants forward 'oifname { brt1, brt2, brt3 } drop'

#% ports -> web-1, web-2, web-3, public
# One port of the host for each web server, also for the other tenants; and masquerading for what leaves.
#zh 每个网页服务器对应主机的一个端口，别的租户也从这里访问；出去的做伪装(MASQUERADE)。
sysctl -qw net.ipv4.ip_forward=1
nft add table ip public
nft add chain ip public prerouting '{ type nat hook prerouting priority dstnat; }'
nft add rule ip public prerouting fib daddr type local tcp dport %pp%1 dnat to %net%.1.2:80
nft add rule ip public prerouting fib daddr type local tcp dport %pp%2 dnat to %net%.2.2:80
nft add rule ip public prerouting fib daddr type local tcp dport %pp%3 dnat to %net%.3.2:80
nft add chain ip public postrouting '{ type nat hook postrouting priority srcnat; }'
nft add rule ip public postrouting 'iifname { brt1, brt2, brt3 } oifname ens33 masquerade'
timeout 2 sh -c 'for n in 1 2 3; do until curl -s -m 1 -o /dev/null http://%net%.$n.2/ && curl -s -m 1 -o /dev/null http://%net%.$n.3:5432/; do sleep 0.05; done; done' || :

#% hole -> hole, hole-inside
# shop's database was published to everybody. The host's own backup still needs it, at 127.0.0.1.
#zh shop 的数据库发布给了所有人。主机自己的备份还要用它，但只在 127.0.0.1。
minirun unpublish shop-db 5432
minirun publish shop-db 127.0.0.1:5432:5432

#% leaving -> forest-port, forest-network
# forest leaves: its containers and then its network, and nobody else's.
#zh forest 退租：删它的容器，再删它的网络，不动别人的。
minirun rm -f forest-web forest-db
minirun network rm forest
