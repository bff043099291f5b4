#% map -> whoami
# A user namespace in which the user is %u%; unshare writes the map itself.
#zh 一个用户名字空间，里面的用户是 %u%；映射由 unshare 自己写。
unshare --user --map-user=%u% sh -c 'id -u >/run/lab/whoami'

#% network -> listens, answers, ttl
# The cable of the cell: the host makes it, at the container's start.
#zh 隔间的网线：由主机在容器启动时做好。
minirun network create --subnet %net%.0/24 cells

#% cell -> listens, answers, ttl
# Root of its own namespaces: port 80 is its to use, and --sysctl sets what belongs to its network.
#zh 自己名字空间里的 root：80 端口归它用，--sysctl 设置属于它的网络的参数。
minirun run -d --name %cell% --network cells --ip %net%.2 --sysctl net.ipv4.ip_default_ttl=%ttl% busybox hello 80 %cell%

#% container -> own-user, root-mapped, from-inside
# What the container's root writes into a directory of the host belongs to the host's root.
#zh 容器的 root 写进主机目录的文件，属于主机的 root。
mkdir -p /run/lab/share
minirun run -d --name %c% --net none -v /run/lab/share:/share busybox sh -c 'touch /share/from-inside; exec sleep 1000000'
for i in $(seq 100); do test ! -e /run/lab/share/from-inside || break; sleep 0.02; done
