#% dynamic -> any-published, edge-published
# A port of the host's choice needs somebody who finds a free one, holds it and remembers it. That is a program's work, so
# these two are minirun's; everything else here is done by hand.
#zh 动态端口需要有人找到空闲端口、占住它、并记下来。这是程序的事，所以这两个交给 minirun；其余全部手工完成。
minirun run -d --name any -p 80 busybox hello 80 any
minirun run -d --name edge -p 192.168.66.12::80 busybox hello 80 edge

#% switch -> shop-outside, shop-second, intra-there, admin-here, balanced
# A bridge for the servers, forwarding, and a table with the three hooks where addresses are translated.
#zh 给服务器们的一个网桥，打开转发，再建一张表，里面是做地址转换的三个钩子。
ip link add name br-pub type bridge
ip addr add 10.55.0.1/24 dev br-pub
ip link set br-pub up
sysctl -qw net.ipv4.ip_forward=1
nft -f - <<'END'
table ip pub {
  chain prerouting { type nat hook prerouting priority dstnat; policy accept; }
  chain output { type nat hook output priority -100; policy accept; }
  chain postrouting { type nat hook postrouting priority srcnat; policy accept; }
}
END

#% shop -> shop-outside, shop-second
# A namespace on the bridge with a server in it. `fib daddr type local` means every address of the host.
#zh 网桥上的一个名字空间，里面跑一个服务器。`fib daddr type local` 表示主机的每一个地址。
ip netns add %shop%
ip link add name v-shop type veth peer name eth0 netns %shop%
ip link set v-shop master br-pub up
ip -n %shop% addr add 10.55.0.2/24 dev eth0
ip -n %shop% link set eth0 up
ip -n %shop% link set lo up
ip -n %shop% route add default via 10.55.0.1
ip netns exec %shop% setsid hello 80 %shop% >/dev/null 2>&1 &
nft add rule ip pub prerouting fib daddr type local tcp dport %port% dnat to 10.55.0.2:80

#% reserve -> shop-held
# A DNAT rule reserves nothing. A process of the host that listens does; packets from outside never reach it.
#zh DNAT 规则并不占用端口。主机上一个监听的进程才占用；外来的报文到不了它。
setsid busybox nc -ll -p %port% -e true >/dev/null 2>&1 &

#% intra -> intra-there
# One address of the host, one port.
#zh 主机的一个地址，一个端口。
ip netns add intra
ip link add name v-intra type veth peer name eth0 netns intra
ip link set v-intra master br-pub up
ip -n intra addr add 10.55.0.3/24 dev eth0
ip -n intra link set eth0 up
ip -n intra link set lo up
ip -n intra route add default via 10.55.0.1
ip netns exec intra setsid hello 80 intra >/dev/null 2>&1 &
nft add rule ip pub prerouting ip daddr 192.168.66.11 tcp dport 8081 dnat to 10.55.0.3:80

#% admin -> admin-here
# What the host itself sends passes the output hook. It comes from 127.0.0.1, which must not leave the host: it is masqueraded,
# and route_localnet allows the detour. The last rule keeps neighbours from using that permission.
#zh 主机自己发的报文走 output 钩子。它的源地址是 127.0.0.1，不能离开主机：所以要伪装，并用 route_localnet 允许绕行。最后一条规则防止邻居利用这个许可。
ip netns add %admin%
ip link add name v-admin type veth peer name eth0 netns %admin%
ip link set v-admin master br-pub up
ip -n %admin% addr add 10.55.0.4/24 dev eth0
ip -n %admin% link set eth0 up
ip -n %admin% link set lo up
ip -n %admin% route add default via 10.55.0.1
ip netns exec %admin% setsid hello 80 %admin% >/dev/null 2>&1 &
sysctl -qw net.ipv4.conf.br-pub.route_localnet=1
nft add rule ip pub output ip daddr 127.0.0.1 tcp dport %adminport% dnat to 10.55.0.4:80
nft add rule ip pub postrouting ip saddr 127.0.0.0/8 oifname '"br-pub"' masquerade
nft -f - <<'END'
table ip pub {
  chain guard { type filter hook prerouting priority raw; policy accept; iifname != "lo" ip daddr 127.0.0.0/8 drop; }
}
END

#% farm -> balanced
# Ten more namespaces, the same way.
#zh 用同样的办法再建十个名字空间。
for i in 1 2 3 4 5 6 7 8 9 10; do
  ip netns add "w$i"
  ip link add name "v-w$i" type veth peer name eth0 netns "w$i"
  ip link set "v-w$i" master br-pub up
  ip -n "w$i" addr add "10.55.0.$((100 + i))/24" dev eth0
  ip -n "w$i" link set eth0 up
  ip -n "w$i" link set lo up
  ip -n "w$i" route add default via 10.55.0.1
  ip netns exec "w$i" setsid hello 80 "w$i" >/dev/null 2>&1 &
done

#% balancer -> balanced
# numgen counts connections: 0, 1, ... 9, 0, ...; the map says whose turn each number is.
#zh numgen 给连接计数：0、1、……9、0……；映射表规定每个数字轮到谁。
nft -f - <<'END'
table ip lb {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    fib daddr type local tcp dport %lb% dnat to numgen inc mod 10 map { 0 : 10.55.0.101, 1 : 10.55.0.102, 2 : 10.55.0.103,
      3 : 10.55.0.104, 4 : 10.55.0.105, 5 : 10.55.0.106, 6 : 10.55.0.107, 7 : 10.55.0.108, 8 : 10.55.0.109, 9 : 10.55.0.110 }:80
  }
}
END

#% update -> balanced
# w7 goes; one transaction replaces the rule.
#zh w7 下线；用一个事务替换规则。
ip netns pids w7 | xargs -r kill
nft -f - <<'END'
flush chain ip lb prerouting
add rule ip lb prerouting fib daddr type local tcp dport %lb% dnat to numgen inc mod 9 map { 0 : 10.55.0.101, 1 : 10.55.0.102, 2 : 10.55.0.103, 3 : 10.55.0.104, 4 : 10.55.0.105, 5 : 10.55.0.106, 6 : 10.55.0.108, 7 : 10.55.0.109, 8 : 10.55.0.110 }:80
END
n=0
for i in 1 2 3 4 5 6 8 9 10; do
  until ip netns exec "w$i" busybox nc -w 1 127.0.0.1 80 </dev/null >/dev/null 2>&1 || [ "$n" -ge 20 ]; do n=$((n + 1)); sleep 0.05; done
done
