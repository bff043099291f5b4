#% tenant-1 -> matrix, web-1, db-1, public
# A tenant: a network, a web server with one published port, a database without.
#zh 一个租户：一个网络，网页服务器发布一个端口，数据库不发布。
minirun network create --subnet %net%.1.0/24 %t1%
minirun run -d --name %t1%-web --network %t1% --ip %net%.1.2 -p %pp%1:80 busybox hello 80 %t1%-web
minirun run -d --name %t1%-db --network %t1% --ip %net%.1.3 busybox hello 5432 %t1%-db

#% tenant-2 -> matrix, web-2, db-2, public
# The second tenant. The networks keep apart by themselves.
#zh 第二个租户。网络之间本来就是隔离的。
minirun network create --subnet %net%.2.0/24 %t2%
minirun run -d --name %t2%-web --network %t2% --ip %net%.2.2 -p %pp%2:80 busybox hello 80 %t2%-web
minirun run -d --name %t2%-db --network %t2% --ip %net%.2.3 busybox hello 5432 %t2%-db

#% tenant-3 -> matrix, web-3, db-3
# The third tenant.
#zh 第三个租户。
minirun network create --subnet %net%.3.0/24 %t3%
minirun run -d --name %t3%-web --network %t3% --ip %net%.3.2 -p %pp%3:80 busybox hello 80 %t3%-web
minirun run -d --name %t3%-db --network %t3% --ip %net%.3.3 busybox hello 5432 %t3%-db

#% hole -> hole, hole-inside
# shop's database was published to everybody. The host's own backup still needs it, at 127.0.0.1.
#zh shop 的数据库发布给了所有人。主机自己的备份还要用它，但只在 127.0.0.1。
minirun unpublish shop-db 5432
minirun publish shop-db 127.0.0.1:5432:5432

#% leaving -> forest-port, forest-network
# forest leaves: its containers and then its network, and nobody else's.
#zh forest 退租：删它的容器，再删它的网络，不动别人的。
minirun rm -f forest-web forest-db
minirun network rm forest
timeout 2 sh -c 'for n in 1 2 3; do until curl -s -m 1 -o /dev/null http://%net%.$n.2/ && curl -s -m 1 -o /dev/null http://%net%.$n.3:5432/; do sleep 0.05; done; done' || :
