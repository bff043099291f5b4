#% switch -> shop-outside, shop-second, intra-there, admin-here, balanced
# A bridge for the servers, and forwarding. The table nat with its chains comes with the first rule.
#zh 给服务器们的一个网桥，打开转发。nat 表和它的链在写第一条规则时自动出现。
ip link add name br-pub type bridge
ip addr add 10.55.0.1/24 dev br-pub
ip link set br-pub up
sysctl -qw net.ipv4.ip_forward=1

#% shop -> shop-outside, shop-second
# A namespace on the bridge with a server in it. `--dst-type LOCAL` means every address of the host.
#zh 网桥上的一个名字空间，里面跑一个服务器。`--dst-type LOCAL` 表示主机的每一个地址。
ip netns add %shop%
ip link add name v-shop type veth peer name eth0 netns %shop%
ip link set v-shop master br-pub up
ip -n %shop% addr add 10.55.0.2/24 dev eth0
ip -n %shop% link set eth0 up
ip -n %shop% link set lo up
ip -n %shop% route add default via 10.55.0.1
ip netns exec %shop% setsid hello 80 %shop% >/dev/null 2>&1 &
iptables -t nat -A PREROUTING -p tcp --dport %port% -m addrtype --dst-type LOCAL -j DNAT --to-destination 10.55.0.2:80

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
iptables -t nat -A PREROUTING -d 192.168.66.11 -p tcp --dport 8081 -j DNAT --to-destination 10.55.0.3:80

#% admin -> admin-here
# What the host itself sends passes the chain OUTPUT. It comes from 127.0.0.1, which must not leave the host: it is masqueraded,
# and route_localnet allows the detour. The last rule keeps neighbours from using that permission.
#zh 主机自己发的报文走 OUTPUT 链。它的源地址是 127.0.0.1，不能离开主机：所以要伪装，并用 route_localnet 允许绕行。最后一条规则防止邻居利用这个许可。
ip netns add %admin%
ip link add name v-admin type veth peer name eth0 netns %admin%
ip link set v-admin master br-pub up
ip -n %admin% addr add 10.55.0.4/24 dev eth0
ip -n %admin% link set eth0 up
ip -n %admin% link set lo up
ip -n %admin% route add default via 10.55.0.1
ip netns exec %admin% setsid hello 80 %admin% >/dev/null 2>&1 &
sysctl -qw net.ipv4.conf.br-pub.route_localnet=1
iptables -t nat -A OUTPUT -d 127.0.0.1 -p tcp --dport %adminport% -j DNAT --to-destination 10.55.0.4:80
iptables -t nat -A POSTROUTING -s 127.0.0.0/8 -o br-pub -j MASQUERADE
iptables -t raw -A PREROUTING ! -i lo -d 127.0.0.0/8 -j DROP

#% balancer -> balanced
# The first rule takes every tenth connection, the second every ninth of what is left, ... the last one all that is left.
#zh 第一条规则取每十个连接中的一个，第二条取剩下的每九个中的一个，……最后一条取剩下的全部。
iptables -t nat -N LB
iptables -t nat -A PREROUTING -p tcp --dport %lb% -m addrtype --dst-type LOCAL -j LB
left=10
for i in 1 2 3 4 5 6 7 8 9 10; do
  iptables -t nat -A LB -p tcp -m statistic --mode nth --every "$left" --packet 0 -j DNAT --to-destination "10.55.0.$((100 + i)):80"
  left=$((left - 1))
done

#% update -> balanced
# w7 goes; iptables-restore replaces the whole chain in one transaction.
#zh w7 下线；iptables-restore 用一个事务替换整条链。
ip netns pids w7 | xargs -r kill
{
  printf '*nat\n:LB - [0:0]\n'
  left=9
  for i in 1 2 3 4 5 6 8 9 10; do
    echo "-A LB -p tcp -m statistic --mode nth --every $left --packet 0 -j DNAT --to-destination 10.55.0.$((100 + i)):80"
    left=$((left - 1))
  done
  echo COMMIT
} | iptables-restore --noflush
n=0
for i in 1 2 3 4 5 6 8 9 10; do
  until ip netns exec "w$i" busybox nc -w 1 127.0.0.1 80 </dev/null >/dev/null 2>&1 || [ "$n" -ge 20 ]; do n=$((n + 1)); sleep 0.05; done
done
