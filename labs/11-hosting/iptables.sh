#% walls -> matrix
# The host routes between all its subnets unless told otherwise: into a tenant only answers, and what was redirected there.
#zh 主机默认会在自己的所有网段之间转发：进入租户网段的，只放行应答和被端口映射过来的。
iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -A FORWARD -m conntrack --ctstate DNAT -j ACCEPT
for n in 1 2 3; do
	iptables -A FORWARD -i brt$n -o brt$n -j ACCEPT
	iptables -A FORWARD -o brt$n -j DROP
done

#% ports -> web-1, web-2, web-3, public
# One port of the host for each web server, also for the other tenants; and masquerading for what leaves.
#zh 每个网页服务器对应主机的一个端口，别的租户也从这里访问；出去的做伪装(MASQUERADE)。
sysctl -qw net.ipv4.ip_forward=1
for n in 1 2 3; do
	iptables -t nat -A PREROUTING -p tcp --dport %pp%$n -m addrtype --dst-type LOCAL -j DNAT --to-destination %net%.$n.2:80
	iptables -t nat -A POSTROUTING -s %net%.$n.0/24 -o ens33 -j MASQUERADE
done
timeout 2 sh -c 'for n in 1 2 3; do until curl -s -m 1 -o /dev/null http://%net%.$n.2/ && curl -s -m 1 -o /dev/null http://%net%.$n.3:5432/; do sleep 0.05; done; done' || :
