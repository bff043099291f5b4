#% bridge -> bridge-own, web-out, joined, joined-own, joined-local
# Bridge mode is mode none and a cable: a bridge with the host's address, one end of a veth pair in it, the other born inside.
#zh 网桥模式就是 none 模式加一根网线：一个带主机地址的网桥，虚拟网卡对的一头插在上面，另一头生在容器里面。
minirun run -d --init --name %web% --network none busybox hello 80 %web%
ip link add name br0 type bridge
ip link set br0 up
ip addr add 10.0.0.111/24 dev br0
ip link add veth1.2 type veth peer name eth0 netns "$(minirun inspect -f '{{.State.Pid}}' %web%)"
ip link set dev veth1.2 master br0 up
minirun netns exec %web% ip link set eth0 up
minirun netns exec %web% ip addr add 10.0.0.11/24 dev eth0
minirun netns exec %web% ip route add default via 10.0.0.111

#% none -> none-own, none-lo, none-no-card, none-no-way, none-read-only, none-report
# Mode none is a network namespace with nothing in it but lo. Data comes in and results go out by directories.
#zh none 模式就是一个只有 lo 的网络名字空间。数据进来、结果出去，都靠目录。
minirun run -d --init --name scan --network none -v /run/lab/data:/data:ro -v /run/lab/result:/result busybox sh -c 'sort /data/seen | uniq -c > /result/report; exec sleep 86400'

#% host -> host-shared, host-own, host-listens, host-from-ext
# Mode host is the network namespace that the host's own processes are in.
#zh host 模式就是主机自己的进程所在的那个网络名字空间。
minirun run -d --init --name agent --network ns:/proc/self/ns/net busybox hello %port% agent

#% container -> joined, joined-own, joined-local
# Mode container is the network namespace of another container's process.
#zh container 模式就是另一个容器的进程所在的网络名字空间。
minirun run -d --init --name %php% --network ns:/proc/"$(minirun inspect -f '{{.State.Pid}}' %web%)"/ns/net busybox sleep 86400
i=0
until [ -s /run/lab/result/report ] || [ $i -ge 20 ]; do i=$((i + 1)); sleep 0.05; done
