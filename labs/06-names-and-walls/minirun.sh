#% networks -> edu-subnet, edu-out, farm-subnet, names-same, names-other, names-outside, alias-edu, alias-farm, walls, quiet, gate-edu, gate-farm, gate-route, vault-near
# Two networks, two subnets, two bridges. Each has a name server for its own containers, and a wall around it.
#zh 两个网络，两个网段，两个网桥。每个网络为自己的容器提供域名服务，并在四周筑墙。
minirun network create -d bridge --subnet %net1%.0.0/16 --gateway %net1%.0.1 my-bridge-network-1
minirun network create -d bridge --subnet %net2%.0.0/16 --gateway %net2%.0.1 my-bridge-network-2

#% edu-web -> edu-subnet, edu-out, names-same, names-other, names-outside, alias-edu, walls, quiet
# A fixed address, a second name, and the name server that is asked for what is not in the network.
#zh 固定地址，第二个名字，以及“网络以外的名字问谁”。
minirun run -d --name %edu%-web --network my-bridge-network-1 --ip %net1%.0.10 --network-alias web --dns 192.168.66.50 busybox hello 80 %edu%-web

#% edu-db -> names-same, alias-edu, walls, gate-edu
# The database of the same tenant.
#zh 同一租户的数据库。
minirun run -d --name %edu%-db --network my-bridge-network-1 --ip %net1%.0.11 --dns 192.168.66.50 busybox hello 80 %edu%-db

#% farm-web -> farm-subnet, alias-farm, walls, quiet
# The other tenant also calls its web server web. That is no conflict: names end at the network.
#zh 另一个租户也把自己的网站叫 web。这不冲突：名字到网络边界为止。
minirun run -d --name %farm%-web --network my-bridge-network-2 --ip %net2%.0.10 --network-alias web --dns 192.168.66.50 busybox hello 80 %farm%-web

#% farm-db -> alias-farm, walls, gate-farm
# And its database.
#zh 以及它的数据库。
minirun run -d --name %farm%-db --network my-bridge-network-2 --ip %net2%.0.11 --dns 192.168.66.50 busybox hello 80 %farm%-db

#% vault -> vault-near, vault-shut
# An internal network has no way out and no way in.
#zh 内部网络没有出口，也没有入口。
minirun network create --internal --subnet 10.77.0.0/24 inner
minirun run -d --name vault --network inner --ip 10.77.0.10 busybox hello 80 vault

#% gate -> gate-edu, gate-farm, gate-route, vault-near
# One container in several networks: an interface in each, but only one default route, here chosen by gw-priority.
#zh 一个容器加入多个网络：每个网络一块网卡，但默认路由只有一条，这里由 gw-priority 决定。
minirun run -d --name gate --network name=my-bridge-network-1,gw-priority=1 --network my-bridge-network-2 busybox sleep 100000
minirun network connect inner gate
