#% pod -> shared-net, own-rest, inside, site, db-near
# The pod is a network namespace that belongs to none of the containers in it: they may come and go.
#zh 豆荚(pod)就是一个不属于其中任何容器的网络名字空间：容器可以来来去去。
ip netns add pod
ip link add name br-pod type bridge
ip addr add 10.90.0.1/24 dev br-pod
ip link set br-pod up
ip link add name v-pod type veth peer name eth0 netns pod
ip link set v-pod master br-pod up
ip -n pod addr add 10.90.0.2/24 dev eth0
ip -n pod link set eth0 up
ip -n pod link set lo up
ip -n pod route add default via 10.90.0.1

#% publish -> site
# The port is the pod's, not a container's.
#zh 端口属于豆荚，而不属于某个容器。
sysctl -qw net.ipv4.ip_forward=1
nft -f - <<'END'
table ip pod {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    fib daddr type local tcp dport %port% dnat to 10.90.0.2:80
  }
}
END

#% front -> shared-net, own-rest, inside, site
# The first container in the pod.
#zh 豆荚里的第一个容器。
minirun run -d --name %front% --network ns:/run/netns/pod busybox nc -ll -p 80 -e nc 127.0.0.1 9000

#% worker -> shared-net, own-rest, inside, site, db-near
# The second one joins the namespace in the same way, not the first container.
#zh 第二个用同样的方式加入名字空间，而不是加入第一个容器。
minirun run -d --name %worker% --network ns:/run/netns/pod busybox hello 9000 %worker%

#% db -> db-near, db-inside
# A bridge without an address of the host's: no way out.
#zh 主机在上面没有地址的网桥：没有出口。
ip link add name br-back type bridge
ip link set br-back up
minirun run -d --name db --network none busybox hello 3306 db
pid=$(minirun inspect -f '{{.State.Pid}}' db)
ip link add name v-db type veth peer name eth0 netns "$pid"
ip link set v-db master br-back up
nsenter --net="/proc/$pid/ns/net" ip addr add %net%.10/24 dev eth0
nsenter --net="/proc/$pid/ns/net" ip link set eth0 up

#% connect -> db-near
# One more cable into the pod; both containers have it.
#zh 再往豆荚里拉一根网线；两个容器都有了。
ip link add name v-pod1 type veth peer name eth1 netns pod
ip link set v-pod1 master br-back up
ip -n pod addr add %net%.2/24 dev eth1
ip -n pod link set eth1 up
n=0
until ip netns exec ext curl -s -m 0.2 http://192.168.66.11:%port%/ | grep -q hello || [ "$n" -ge 15 ]; do n=$((n + 1)); sleep 0.05; done
