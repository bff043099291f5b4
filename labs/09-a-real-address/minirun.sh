#% network -> c-listens, macvlan-of-the-host, c-link, c-address, c-route, ext-reaches-c, own-mac, shim-route, host-reaches-c, came-back
# A network of macvlans on ens33. The host's address stays where it is.
#zh 一个建在 ens33 上的 macvlan 网络。主机的地址原地不动。
minirun network create -d macvlan --subnet 192.168.66.0/24 --gateway 192.168.66.1 -o parent=ens33 lan

#% container -> c-listens, macvlan-of-the-host, c-link, c-address, c-route, ext-reaches-c, own-mac, shim-route, host-reaches-c, came-back
# The container gets its macvlan, and the host a macvlan with a route to it: the shim.
#zh 容器得到它的 macvlan，主机也得到一个 macvlan 和一条通往容器的路由：垫片（shim）。
minirun run -d --name %c% --network lan --ip %ip% --restart always busybox hello 80 %c%

#% watched -> came-back
# The server dies, its supervisor starts it again, in the same network namespace.
#zh 服务器死了，监管进程把它重新启动，还在同一个网络名字空间里。
kill -9 "$(minirun inspect -f '{{.State.Pid}}' %c%)"
timeout 2 sh -c 'until curl -s -m 1 -o /dev/null http://%ip%/; do sleep 0.05; done' || :
