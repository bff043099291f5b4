# The machine of lab 11, with a second host (the word h2 runs a command there), a tunnel to it and an address of the LAN besides.
ip netns add h2
ip link add wire0 type veth peer name wire0 netns h2
ip address add 172.31.0.1/24 dev wire0
ip link set wire0 up
ip -n h2 link set lo up
ip -n h2 address add 172.31.0.2/24 dev wire0
ip -n h2 link set wire0 up
mkdir -p /run/lab/bin
cat >/run/lab/bin/h2 <<'WORDS'
#!/bin/sh
exec nsenter --net=/run/netns/h2 env MINIRUN_STATE=/run/h2 MINIRUN_ROOT=/run/lib/h2 "$@"
WORDS
chmod 755 /run/lab/bin/h2
PATH=/run/lab/bin:$PATH

# Outside: a web server that tells the tenants whom it sees, and a name server that knows course.lab and nothing else.
ip netns exec ext setsid hello 80 ext >/dev/null 2>&1 &
cat >/run/lab/names.pl <<'WORDS'
use strict; use IO::Socket::INET;
my $s = IO::Socket::INET->new(LocalAddr => '192.168.66.50', LocalPort => 53, Proto => 'udp') or die;
while (1) {
    my $from = recv($s, my $q, 4096, 0); next unless defined $from && length($q) > 16;
    my ($at, @name) = (12);
    while (my $n = ord(substr($q, $at, 1))) { push @name, substr($q, $at + 1, $n); $at += 1 + $n }
    my ($known, $question) = (lc join('.', @name) eq 'course.lab', substr($q, 12, $at + 5 - 12));
    my $found = $known && unpack('n', substr($q, $at + 1, 2)) == 1;
    send($s, substr($q, 0, 2) . pack('n5', $known ? 0x8580 : 0x8583, 1, $found ? 1 : 0, 0, 0) . $question
        . ($found ? pack('n3Nn', 0xc00c, 1, 1, 30, 4) . inet_aton('192.168.66.50') : ''), 0, $from);
}
WORDS
ip netns exec ext setsid perl /run/lab/names.pl >/dev/null 2>&1 &
# This world's resolv.conf names it; the machine's own file stays as it is.
echo nameserver 192.168.66.50 >/run/lab/resolv.conf
mount --bind /run/lab/resolv.conf /etc/resolv.conf || :

n=1
for t in %t1% %t2% shop; do
	minirun network create --subnet %net%.$n.0/24 $t >/dev/null
	n=$((n + 1))
done
minirun network create -d macvlan --subnet 192.168.66.0/24 --gateway 192.168.66.1 -o parent=ens33 lan >/dev/null
minirun network create -d overlay --subnet %net%.9.0/24 --ip-range %net%.9.0/25 -o vni=900 -o peer=172.31.0.2@%net%.9.128/25 wide >/dev/null
h2 minirun network create -d overlay --subnet %net%.9.0/24 --ip-range %net%.9.128/25 -o vni=900 -o peer=172.31.0.1@%net%.9.0/25 wide >/dev/null

n=1
for t in %t1% %t2% shop; do
	port=
	[ $t != shop ] || port="-p 127.0.0.1:5432:5432"
	minirun run -d --name $t-web --network $t --ip %net%.$n.10 -p %pp%$n:80 busybox hello 80 $t-web >/dev/null 2>&1
	minirun run -d --name $t-db --network $t --ip %net%.$n.20 --network-alias db $port busybox hello 5432 $t-db >/dev/null 2>&1
	n=$((n + 1))
done
minirun run -d --name desk --network lan --ip %ip% busybox hello 80 desk >/dev/null 2>&1
minirun run -d --name store --network wide --ip %net%.9.11 busybox sleep 1000000 >/dev/null 2>&1
h2 minirun run -d --name vault --network wide --ip %net%.9.200 busybox sleep 1000000 >/dev/null 2>&1
h2 minirun netns expose vault >/dev/null
