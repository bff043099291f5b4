#% here -> vxlan-here, peer, a-address, a-mtu, ping, ping-1422, outside
# One subnet over two hosts: this host takes addresses from the first half and is told where the other half is.
#zh 一个网段跨两台主机：本机从前一半取地址，并得知后一半在哪台主机上。
minirun network create -d overlay --subnet %net%.0/24 --ip-range %net%.0/25 -o vni=%vni% -o peer=172.31.0.2@%net%.128/25 wide

#% there -> vxlan-there, b-address, b-mtu, ping, ping-1422
# The counterpart on the second host.
#zh 第二台主机上的另一半。
h2 minirun network create -d overlay --subnet %net%.0/24 --ip-range %net%.128/25 -o vni=%vni% -o peer=172.31.0.1@%net%.0/25 wide

#% container-here -> a-address, a-mtu, ping, ping-1422, outside
# A container in it; its MTU is 1450 without a word.
#zh 网络里的一个容器；它的 MTU 自动就是 1450。
minirun run -d --name %a% --network wide --ip %net%.11 busybox sleep 1000000

#% container-there -> b-address, b-mtu, ping, ping-1422
# And one on the second host. Its network gets a name, so that it can be seen from here.
#zh 第二台主机上也来一个。给它的网络起个名字，从本机也能看到。
h2 minirun run -d --name %b% --network wide --ip %net%.200 busybox sleep 1000000
h2 minirun netns expose %b%

#% flat-here -> flat-seen, flat-bare
# For comparison a routed network: containers leave under their own addresses.
#zh 作为对比，一个 routed 网络：容器以自己的地址出去。
minirun network create -o gateway_mode_ipv4=routed --subnet %flat%.1.0/24 flat
minirun run -d --name fA --network flat --ip %flat%.1.11 busybox sleep 1000000

#% flat-there -> flat-seen
# The same on the second host. Publishing opens the container's own port to neighbours.
#zh 第二台主机上也一样。这里的 -p 是把容器自己的端口对邻居开放。
h2 minirun network create -o gateway_mode_ipv4=routed --subnet %flat%.2.0/24 flat
h2 minirun run -d --name fB --network flat --ip %flat%.2.11 -p 80 busybox hello 80 fB
h2 minirun netns expose fB

#% routes -> route-here, route-there, flat-seen, flat-bare
# Each host learns where the other's subnet is.
#zh 每台主机都知道对方网段在哪里。
ip route add %flat%.2.0/24 via 172.31.0.2
h2 ip route add %flat%.1.0/24 via 172.31.0.1
minirun netns expose fA || :
timeout 2 sh -c 'until ip netns exec fA curl -s -m 1 -o /dev/null http://%flat%.2.11/; do sleep 0.05; done' || :
