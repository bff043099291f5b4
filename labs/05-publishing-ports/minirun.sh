#% any -> any-published
# One number: the port inside. The host chooses its own, the same on all its addresses.
#zh 只写一个数字：容器里的端口。主机自己挑一个端口，所有地址上都一样。
minirun run -d --name any -p 80 busybox hello 80 any

#% shop -> shop-outside, shop-second, shop-held
# HOST:CONTAINER, on all addresses of the host. The supervisor really binds the port, so it has one owner.
#zh 主机端口:容器端口，主机的所有地址都生效。监管进程真的绑定了这个端口，所以它只有一个主人。
minirun run -d --name %shop% -p %port%:80 busybox hello 80 %shop%

#% edge -> edge-published
# IP::CONTAINER: a port of the host's choice on one address only.
#zh IP::容器端口：只在一个地址上，由主机挑一个端口。
minirun run -d --name edge -p 192.168.66.12::80 busybox hello 80 edge

#% intra -> intra-there
# IP:HOST:CONTAINER: this port on this address, and on no other.
#zh IP:主机端口:容器端口：只在这个地址的这个端口上。
minirun run -d --name intra -p 192.168.66.11:8081:80 busybox hello 80 intra

#% admin -> admin-here
# The same with the loopback address: for processes of the host alone.
#zh 同样的写法，换成回环地址：只给主机自己的进程用。
minirun run -d --name %admin% -p 127.0.0.1:%adminport%:80 busybox hello 80 %admin%

#% farm -> balanced
# Ten servers. -P publishes what is exposed, each on a port of the host's choice.
#zh 十台服务器。-P 把声明暴露(expose)的端口都映射出去，主机端口由主机挑选。
for i in 1 2 3 4 5 6 7 8 9 10; do
  minirun run -d --name "w$i" -P --expose 80 busybox hello 80 "w$i"
done

#% balancer -> balanced
# The list of services is read, not scanned: it becomes a map from a counter to the servers.
#zh 服务清单是读出来的，不用扫描：把它变成“计数器 → 服务器”的映射。
list=$(minirun port --all --format '{{.Name}} {{.Address}}' | awk '$1 ~ /^w[0-9]+$/ && $2 !~ /:/ { print $2 }')
nft -f - <<END
table ip lb {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    fib daddr type local tcp dport %lb% dnat to numgen inc mod $(echo "$list" | wc -l) map { $(echo "$list" | awk '{ print NR-1 " : " $1 "," }') }:80
  }
}
END

#% update -> balanced
# w7 goes; the rule is replaced in one transaction, so that no request falls between the old map and the new.
#zh w7 下线；规则在一个事务里整体替换，新旧映射之间不会漏掉任何请求。
minirun stop -t 0 w7
list=$(minirun port --all --format '{{.Name}} {{.Address}}' | awk '$1 ~ /^w[0-9]+$/ && $2 !~ /:/ { print $2 }')
nft -f - <<END
flush chain ip lb prerouting
add rule ip lb prerouting fib daddr type local tcp dport %lb% dnat to numgen inc mod $(echo "$list" | wc -l) map { $(echo "$list" | awk '{ print NR-1 " : " $1 "," }') }:80
END
