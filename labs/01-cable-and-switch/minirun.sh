#% network -> r1, r1-link, r1-lo, r1-address, r1-port, r1-to-host, r1-to-r2, no-way-out, r2, r2-link, r2-lo, r2-address, r2-port, bridge, bridge-address
# A network of minirun's is the bridge and the host's address on it. `--internal` means that there is no way out: the containers get no default route.
#zh minirun 的一个网络，就是网桥加上主机在网桥上的地址。`--internal` 表示没有出口：容器不会得到默认路由。
minirun network create --internal --subnet %net%.0/24 --gateway %net%.111 -o com.docker.network.bridge.name=%br% lab

#% first -> r1, r1-link, r1-lo, r1-address, r1-port, r1-to-host, r1-to-r2, no-way-out
# `run` makes the namespace, the veth pair, the address and the port of the bridge. `netns expose` gives the namespace a name for `ip netns`.
#zh `run` 建好名字空间、虚拟网卡对、地址和网桥端口。`netns expose` 让 `ip netns` 也认得这个名字空间。
minirun run -d --init --name %r1% --network lab --ip %net%.11 busybox sleep 86400
minirun netns expose %r1%

#% second -> r2, r2-link, r2-lo, r2-address, r2-port, r1-to-r2
# Once for each container. `minirun plan run ...` prints the steps with the commands of `ip` that would do the same.
#zh 每个容器一遍。`minirun plan run ...` 会打印每一步，以及等价的 `ip` 命令。
minirun run -d --init --name %r2% --network lab --ip %net%.12 busybox sleep 86400
minirun netns expose %r2%
