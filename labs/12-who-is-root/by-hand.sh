#% map -> whoami
# A process in a new user namespace is nobody until somebody outside writes its map: user %u% inside is user 0 here.
#zh 新用户名字空间里的进程谁也不是，直到外面有人写好映射：里面的用户 %u% 就是这里的用户 0。
unshare -U sh -c 'for i in $(seq 100); do test "$(id -u)" != %u% || break; sleep 0.02; done; id -u >/run/lab/whoami' &
for i in $(seq 100); do ! (echo "%u% 0 1" >/proc/$!/uid_map) 2>/dev/null || break; sleep 0.02; done
wait $!

#% cell -> listens, answers, ttl
# Root of its own user and network namespace: port 80 and settings of the network are its to use. Then a name for ip-netns.
#zh 自己的用户和网络名字空间里的 root：80 端口和网络参数都归它用。再给 ip netns 起个名字。
unshare -Urn sh -c 'ip link set lo up; sysctl -qw net.ipv4.ip_default_ttl=%ttl%; exec setsid hello 80 %cell%' >/dev/null 2>&1 &
for i in $(seq 100); do ! nsenter -t $! -n ss -Hltn sport 80 2>/dev/null | grep -q LISTEN || break; sleep 0.02; done
ip netns attach %cell% $!

#% cable -> answers
# The cell's root could not do this; the host's root, who is above it, can: a veth pair, one end born in the cell.
#zh 隔间里的 root 做不到这件事，上面一层的主机 root 可以：一对虚拟网卡，一端直接生在隔间里。
ip link add up0 type veth peer name eth0 netns %cell%
ip address add %net%.1/24 dev up0
ip link set up0 up
ip -n %cell% address add %net%.2/24 dev eth0
ip -n %cell% link set eth0 up

#% container -> own-user, root-mapped, from-inside
# A container has all of this by default. What its root writes into a directory of the host belongs to the host's root.
#zh 容器默认就有这一切。它的 root 写进主机目录的文件，属于主机的 root。
mkdir -p /run/lab/share
minirun run -d --name %c% --net none -v /run/lab/share:/share busybox sh -c 'touch /share/from-inside; exec sleep 1000000'
for i in $(seq 100); do test ! -e /run/lab/share/from-inside || break; sleep 0.02; done
