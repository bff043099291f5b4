#% run -> runs, kept, old, link, same, exposed, address, drift
# The container to look into. It has a network namespace, but the namespace has no name.
#zh 要观察的容器。它有网络名字空间，但这个名字空间没有名字。
minirun run -d --init --name %web% busybox sleep 86400

#% keep -> kept, old
# A bind mount of the process's namespace file is what `ip netns add` makes too. It keeps the namespace alive without any process.
#zh 把进程的名字空间文件绑定挂载过来，`ip netns add` 做的也是这件事。没有任何进程，它也能让名字空间活着。
mkdir -p /var/run/netns
touch /var/run/netns/%kept%
mount --bind /proc/"$(minirun inspect -f '{{.State.Pid}}' %web%)"/ns/net /var/run/netns/%kept%

#% stop-start -> old
# The process ends and with it its entry in /proc. After the start there is another process, in another namespace.
#zh 进程结束，它在 /proc 里的条目也随之消失。再启动之后，是另一个进程，在另一个名字空间里。
minirun stop %web%
minirun start %web%

#% link -> link, same
# The notes' way: a symbolic link to the process's file. It is right only as long as this process lives.
#zh 笔记的做法：一个指向进程文件的符号链接。只有这个进程活着时它才有效。
mkdir -p /var/run/netns
ln -s /proc/"$(minirun inspect -f '{{.State.Pid}}' %web%)"/ns/net /var/run/netns/%link%

#% expose -> exposed
# A third name, by bind mount again, so that it does not hang on a process's number.
#zh 第三个名字，还是用绑定挂载，这样就不依赖进程号。
touch /var/run/netns/%web%
mount --bind /proc/"$(minirun inspect -f '{{.State.Pid}}' %web%)"/ns/net /var/run/netns/%web%

#% address -> address, drift
# One more address, behind the runtime's back. minirun notices that the kernel has what nobody has written down.
#zh 背着运行时再加一个地址。minirun 会发现内核里有它没有记录的东西。
nsenter --net=/proc/"$(minirun inspect -f '{{.State.Pid}}' %web%)"/ns/net ip addr add %net%.10/16 dev eth0
