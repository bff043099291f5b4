#% bridge -> bridge-own, web-out, joined, joined-own, joined-local
# Without a word a container is in the default network: bridge mode.
#zh 什么都不写，容器就在默认网络里：网桥模式。
minirun run -d --init --name %web% busybox hello 80 %web%

#% none -> none-own, none-lo, none-no-card, none-no-way, none-read-only, none-report
# Nothing but lo. Data comes in by a directory that cannot be written, and the result goes out by another one.
#zh 除了 lo 什么都没有。数据从一个只读目录进来，结果从另一个目录出去。
minirun run -d --init --name scan --network none -v /run/lab/data:/data:ro -v /run/lab/result:/result busybox sh -c 'sort /data/seen | uniq -c > /result/report; exec sleep 86400'

#% host -> host-shared, host-own, host-listens, host-from-ext
# The host's own network. minirun says that this makes root inside root of the host.
#zh 主机自己的网络。minirun 会提醒：这样一来里面的 root 就是主机的 root。
minirun run -d --init --name agent --network host busybox hello %port% agent

#% container -> joined, joined-own, joined-local
# The network of another container. All else is its own.
#zh 用另一个容器的网络，其余的都是自己的。
minirun run -d --init --name %php% --network container:%web% busybox sleep 86400
i=0
until [ -s /run/lab/result/report ] || [ $i -ge 20 ]; do i=$((i + 1)); sleep 0.05; done
