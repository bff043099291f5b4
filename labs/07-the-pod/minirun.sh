#% front -> shared-net, own-rest, inside, site, db-near
# The front has the network: an address, and the published port. It hands each connection on to port 9000 of its own loopback.
#zh 前端拥有网络：地址和映射的端口。它把每个连接转给自己回环上的 9000 端口。
minirun run -d --name %front% -p %port%:80 busybox nc -ll -p 80 -e nc 127.0.0.1 9000

#% worker -> shared-net, own-rest, inside, site, db-near
# The worker joins that network namespace, and has everything else for itself.
#zh 工作进程加入这个网络名字空间，其余的一切都是自己的。
minirun run -d --name %worker% --network container:%front% busybox hello 9000 %worker%

#% db -> db-near, db-inside
# The database is on a network without a way out.
#zh 数据库在一个没有出口的网络上。
minirun network create --internal --subnet %net%.0/24 back
minirun run -d --name db --network back --ip %net%.10 busybox hello 3306 db

#% connect -> db-near
# The front is connected to it while it runs; whoever shares its namespace gets the new interface too.
#zh 运行中的前端连到这个网络；与它共享名字空间的人也就有了这块新网卡。
minirun network connect --ip %net%.2 back %front%
n=0
until ip netns exec ext curl -s -m 0.2 http://192.168.66.11:%port%/ | grep -q hello || [ "$n" -ge 15 ]; do n=$((n + 1)); sleep 0.05; done
