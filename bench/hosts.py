"""Machines side by side for benchmarks: network namespaces around one neighbour, each with a state of its own."""

import os
import subprocess
import time

from stage import ROOTFS, sh

TRAFFIC = f"{ROOTFS}/bin/traffic"
PORT = 8080


def within(namespace, *command):
    """The command in a network namespace; None is the stage's own. It is entered before anything is timed."""
    return ["nsenter", f"--net=/run/netns/{namespace}", *command] if namespace else list(command)


def output(command, environment=None):
    """What a command that has to work prints."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)[:200]}: {done.stderr.strip()[-300:]}")
    return done.stdout


class Host:
    """A machine with an uplink to the neighbour `ext`, and minirun on it."""

    def __init__(self, number, binary):
        self.name, self.address, self.binary = f"host{number}", f"198.18.{number}.2", binary
        state = f"/run/bench-{self.name}"
        self.environment = os.environ | {"MINIRUN_STATE": f"{state}/state", "MINIRUN_ROOT": f"{state}/root"}
        sh(
            f"""
            mkdir {state}
            ip netns add {self.name}
            ip -n {self.name} link set lo up
            ip link add eth0 netns {self.name} type veth peer name {self.name} netns ext
            ip -n {self.name} address add {self.address}/24 dev eth0
            ip -n {self.name} link set eth0 up
            ip -n ext address add 198.18.{number}.1/24 dev {self.name}
            ip -n ext link set {self.name} up
            ip -n {self.name} route add default via 198.18.{number}.1
            """
        )

    def command(self, *words):
        return within(self.name, self.binary, *words)

    def minirun(self, *words):
        return output(self.command(*words), self.environment)

    def furnish(self, ports, networks):
        """So many published ports (the server's among them), so many networks (`net` among them)."""
        self.minirun("network", "create", "net")
        for i in range(1, networks):
            self.minirun("network", "create", f"other{i}")
        start = ["run", "-d", "--network", "net"]
        self.minirun(*start, "--name", "server", "-p", f"{PORT}:80", ROOTFS, "traffic", "serve", "80")
        if ports > 1:
            several = f"10001-{9999 + ports}:10001-{9999 + ports}"
            self.minirun(*start, "--name", "others", "-p", several, ROOTFS, "sleep", "100000")

    def clear(self):
        """Takes the containers away: what they hold outside of the namespaces goes with them."""
        names = self.minirun("ps", "-aq").split()
        if names:
            self.minirun("rm", "-f", *names)


class Way:
    """How traffic gets to a server: from which namespace to which address."""

    def __init__(self, title, namespace, address, port):
        self.title, self.namespace, self.address, self.port = title, namespace, address, port

    def send(self, verb, amount):
        words = [TRAFFIC, verb, self.address, str(self.port), str(amount)]
        return [float(word) for word in output(within(self.namespace, *words)).split()]

    def wait(self):
        """Until the server is there: what starts it does not wait for its listen(2)."""
        for attempt in range(100):
            try:
                return self.send("connect", 1)
            except RuntimeError:
                if attempt == 99:
                    raise
                time.sleep(0.05)


def bare_ways(started):
    """The same traffic where minirun never was: one veth, two with a forwarding kernel between, loopback; then what the kernel takes
    for a published port at least, a bridge and an address translation by the fewest rules, from the neighbour and from the host."""
    sh(
        """
        ip netns add bare
        ip netns add router
        ip -n bare link set lo up
        ip link add direct netns ext type veth peer name direct netns bare
        ip link add near netns ext type veth peer name near netns router
        ip link add far netns router type veth peer name far netns bare
        ip -n ext address add 198.51.100.1/30 dev direct
        ip -n bare address add 198.51.100.2/30 dev direct
        ip -n ext address add 198.51.100.5/30 dev near
        ip -n router address add 198.51.100.6/30 dev near
        ip -n router address add 198.51.100.9/30 dev far
        ip -n bare address add 198.51.100.10/30 dev far
        for end in ext:direct bare:direct ext:near router:near router:far bare:far; do
            ip -n "${end%:*}" link set "${end#*:}" up
        done
        ip netns exec router sysctl -qw net.ipv4.ip_forward=1
        ip -n ext route add 198.51.100.8/30 via 198.51.100.6
        ip -n bare route add 198.51.100.4/30 via 198.51.100.9

        ip netns add translator
        ip netns add behind
        ip -n translator link set lo up
        ip -n translator link add br0 type bridge
        ip link add outer netns ext type veth peer name outer netns translator
        ip link add inner netns translator type veth peer name eth0 netns behind
        ip -n translator link set inner master br0
        ip -n ext address add 198.51.100.13/30 dev outer
        ip -n translator address add 198.51.100.14/30 dev outer
        ip -n translator address add 198.51.100.17/30 dev br0
        ip -n behind address add 198.51.100.18/30 dev eth0
        for end in ext:outer translator:outer translator:br0 translator:inner behind:eth0; do
            ip -n "${end%:*}" link set "${end#*:}" up
        done
        ip -n behind route add default via 198.51.100.17
        ip netns exec translator sysctl -qw net.ipv4.ip_forward=1
        ip netns exec translator nft '
            table ip translate {
                chain incoming { type nat hook prerouting priority -100; tcp dport 8080 dnat to 198.51.100.18:80; }
                chain own { type nat hook output priority -100; tcp dport 8080 dnat to 198.51.100.18:80; }
                chain outgoing { type nat hook postrouting priority 100; iifname br0 oifname != br0 masquerade; }
                chain passing { type filter hook forward priority 0; policy drop; ct state established accept; ct status dnat accept; }
            }'
        """
    )
    started.append(subprocess.Popen(within("bare", TRAFFIC, "serve", "80")))
    started.append(subprocess.Popen(within("behind", TRAFFIC, "serve", "80")))
    return [
        Way("plain veth", "ext", "198.51.100.2", 80),
        Way("two plain veths, forwarding between", "ext", "198.51.100.10", 80),
        Way("loopback", "bare", "127.0.0.1", 80),
        Way("a bridge and four rules of nft, from the neighbour", "ext", "198.51.100.14", 8080),
        Way("the same, from the host itself", "translator", "198.51.100.14", 8080),
    ]
