#% network -> r1-address, r2-address, r1-serves, r1-default, r2-default, forwarding, r1-to-ext, ext-sees, under-the-host, dnat, ext-to-port, host-to-port, r2-to-port, r1-to-port, untouched
# A network without `--internal` has a way out: a default route for each container, forwarding, and masquerade for what leaves.
#zh 不带 `--internal` 的网络有出口：每个容器有默认路由，主机打开转发，出去的报文做伪装。
minirun network create --subnet %net%.0/24 --gateway %net%.111 -o com.docker.network.bridge.name=%br% lab

#% first -> r1-address, r1-serves, r1-default, r1-to-ext, ext-sees, under-the-host, dnat, ext-to-port, host-to-port, r2-to-port, r1-to-port, untouched
# A web server that tells its client who he is.
#zh 一个网页服务器，会告诉访问者“我看到的你是谁”。
minirun run -d --init --name %r1% --network lab --ip %net%.11 busybox hello 80 %r1%
i=0
until curl -s -m 0.2 http://%net%.11/ >/dev/null || [ $i -ge 10 ]; do i=$((i + 1)); sleep 0.05; done

#% second -> r2-address, r2-default, r2-to-port, untouched
# Another one beside it.
#zh 旁边再来一个。
minirun run -d --init --name %r2% --network lab --ip %net%.12 busybox hello 80 %r2%
i=0
until curl -s -m 0.2 http://%net%.12/ >/dev/null || [ $i -ge 10 ]; do i=$((i + 1)); sleep 0.05; done

#% publish -> dnat, ext-to-port, host-to-port, r2-to-port, r1-to-port
# `run -p` does the same at the start. It is one element in a map of the firewall: the rules for all three directions are there already.
#zh 启动时用 `run -p` 效果相同。它只是防火墙映射里的一个元素：三个方向的规则早已在那里。
minirun publish %r1% %port%:80
