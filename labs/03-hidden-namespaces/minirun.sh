#% run -> runs, kept, old, link, same, exposed, address, drift
# The container to look into. It has a network namespace, but the namespace has no name.
#zh 要观察的容器。它有网络名字空间，但这个名字空间没有名字。
minirun run -d --init --name %web% busybox sleep 86400

#% keep -> kept, old
# minirun's own names end with the container. To keep a namespace beyond that, `ip netns attach` makes the bind mount.
#zh minirun 自己起的名字会随容器一起消失。要让名字空间活得更久，用 `ip netns attach` 做绑定挂载。
ip netns attach %kept% "$(minirun inspect -f '{{.State.Pid}}' %web%)"

#% stop-start -> old
# After a stop and a start the container has another namespace. (`minirun restart` would keep the one it has.)
#zh 停止再启动之后，容器有了另一个名字空间。（`minirun restart` 则会保留原来的。）
minirun stop %web%
minirun start %web%

#% link -> link, same
# `netns expose` makes a bind mount under any name.
#zh `netns expose` 可以用任意名字做绑定挂载。
minirun netns expose %web% %link%

#% expose -> exposed
# Without a name it is the container's own.
#zh 不给名字，就用容器自己的名字。
minirun netns expose %web%

#% address -> address, drift
# Any program of the host can be run in the container's network.
#zh 主机上的任何程序都可以在容器的网络里运行。
minirun netns exec %web% ip addr add %net%.10/16 dev eth0
