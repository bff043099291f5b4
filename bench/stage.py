"""What the benchmarks share: a host that is not real, the contestants, the description of the machine."""

import json
import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(os.path.dirname(HERE), ".build", "bench")
ROOTFS = os.path.join(BUILD, "rootfs")
MODES = ["none", "host", "bridge", "publish"]
TITLES = {"none": "no network", "host": "host", "bridge": "bridge", "publish": "bridge, -p"}


def sh(script, **options):
    return subprocess.run(["sh", "-euc", script], check=True, **options)


def quiet(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def build():
    os.makedirs(BUILD, exist_ok=True)
    sh(f"cc -O2 -o {BUILD}/once {HERE}/once.c; cc -O2 -o {BUILD}/floor {HERE}/floor.c -lmnl -lnftnl")
    sh(f"{HERE}/../rootfs-tools/make-busybox {ROOTFS}")
    sh(f"cc -O2 -static -o {ROOTFS}/bin/traffic {HERE}/traffic.c")


def stage():
    """A host for the benchmark: an uplink, a /run of its own, the floor's bridge and map."""
    sh(
        """
        if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
        mount -t tmpfs tmpfs /run
        mkdir -p /run/netns /run/lock /run/systemd
        ip link set lo up
        ip netns add ext
        ip link add eth0 type veth peer name ext0 netns ext
        ip address add 192.0.2.2/24 dev eth0
        ip link set eth0 up
        ip -n ext address add 192.0.2.1/24 dev ext0
        ip -n ext link set ext0 up
        ip route add default via 192.0.2.1
        ip link add floor0 type bridge
        ip address add 172.31.255.1/24 dev floor0
        ip link set floor0 up
        nft -f - <<'END'
        table inet floor {
            map any4 { type inet_proto . inet_service : ipv4_addr . inet_service; }
            chain prerouting {
                type nat hook prerouting priority dstnat
                fib daddr type local dnat ip to meta l4proto . th dport map @any4
            }
        }
END
        """
    )


# --- contestants: name -> {mode: command} -----------------------------------------------------------------------------


def floor():
    scratch = os.path.join(BUILD, "scratch")
    shutil.rmtree(scratch, ignore_errors=True)
    os.makedirs(scratch)
    os.chmod(scratch, 0o711)
    return {mode: [f"{BUILD}/floor", mode, ROOTFS, scratch] for mode in MODES}


def minirun(binary):
    os.environ["MINIRUN_STATE"] = "/run/minirun"
    os.environ["MINIRUN_ROOT"] = os.path.join(BUILD, "minirun")
    run = [binary, "run", "--rm"]
    end = [ROOTFS, "/bin/true"]
    return {
        "none": run + ["--net", "none"] + end,
        "host": run + ["--net", "host"] + end,
        "bridge": run + end,
        "publish": run + ["-p", "8080:80"] + end,
    }


def bwrap():
    command = ["bwrap", "--bind", ROOTFS, "/", "--proc", "/proc", "--dev", "/dev", "--unshare-all", "/bin/true"]
    return {"none": command}


def bundle(runtime):
    folder = f"/run/bench-{runtime}"
    os.makedirs(folder)
    subprocess.run([runtime, "spec"], cwd=folder, check=True)
    file = f"{folder}/config.json"
    with open(file) as text:
        spec = json.load(text)
    spec["process"]["terminal"] = False
    spec["process"]["args"] = ["/bin/true"]
    spec["root"]["path"] = ROOTFS
    with open(file, "w") as text:
        json.dump(spec, text)
    return {"none": [runtime, "run", "-b", folder, "bench"]}


def engine(name, run):
    end = ["bb:1", "/bin/true"]
    return {
        "none": run + ["--net", "none"] + end,
        "host": run + ["--net", "host"] + end,
        "bridge": run + end,
        "publish": run + ["-p", "8081:80"] + end,
    }


def podman():
    with open("/run/containers.conf", "w") as text:
        text.write("[containers]\ndefault_ulimits=[]\n")
    os.environ["CONTAINERS_CONF"] = "/run/containers.conf"
    os.makedirs("/run/podman-root")
    sh("mount -t tmpfs tmpfs /run/podman-root")
    base = ["podman", "--root", "/run/podman-root", "--runroot", "/run/podman"]
    sh(f"tar -C {ROOTFS} -c . | {' '.join(base)} import - bb:1 >/dev/null 2>&1")
    return engine("podman", base + ["run", "--rm"])


def docker(started):
    os.environ["DOCKER_HOST"] = "unix:///run/dk/d.sock"
    os.makedirs("/run/dk")
    os.makedirs("/run/dk-data")
    sh("mount -t tmpfs tmpfs /run/dk-data")
    log = open("/run/dk/log", "w")
    command = "dockerd --data-root /run/dk-data --exec-root /run/dk/exec -H unix:///run/dk/d.sock -p /run/dk/pid"
    started.append(subprocess.Popen(command.split() + ["--containerd="], stdout=log, stderr=log))
    for _ in range(200):
        if quiet("docker", "version").returncode == 0:
            break
        time.sleep(0.1)
    sh(f"tar -C {ROOTFS} -c . | docker import - bb:1 >/dev/null")
    return engine("docker", ["docker", "run", "--rm"])


def contestants(binary, started):
    makers = {
        "floor": floor,
        "minirun": lambda: minirun(binary),
        "bwrap": bwrap,
        "crun": lambda: bundle("crun"),
        "runc": lambda: bundle("runc"),
        "podman": podman,
        "docker": lambda: docker(started),
    }
    found = {}
    for name, make in makers.items():
        needed = {"floor": f"{BUILD}/floor", "minirun": binary, "docker": "dockerd"}.get(name, name)
        if not shutil.which(needed):
            continue
        try:
            found[name] = make()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{name}: left out: {error}", file=sys.stderr)
    return found


def machine():
    def first(path, key):
        with open(path) as text:
            return next((line.split(":", 1)[1].strip() for line in text if line.startswith(key)), "?")

    kernel = os.uname().release
    distribution = "?"
    with open("/etc/os-release") as text:
        for line in text:
            if line.startswith("PRETTY_NAME="):
                distribution = line.split("=", 1)[1].strip().strip('"')
    model = first("/proc/cpuinfo", "model name")
    memory = int(first("/proc/meminfo", "MemTotal").split()[0]) / 1024 / 1024
    return f"{os.cpu_count()} × {model}, {memory:.0f} GiB, {distribution}, Linux {kernel}, {time.strftime('%Y-%m-%d')}"


def enter(title):
    """Goes on in a private mount, network and pid namespace, as root: nothing that was started outlives the run."""
    if os.geteuid() != 0:
        sys.exit(f"{title}: this needs root (sudo make bench)")
    if os.environ.get("MINIRUN_BENCH_STAGE") != "1":
        build()
        os.environ["MINIRUN_BENCH_STAGE"] = "1"
        command = ["unshare", "-mnpf", "--mount-proc", "--kill-child", "--propagation", "private"]
        os.execvp("unshare", command + [sys.executable] + sys.argv)
    stage()


def write_section(name, text):
    """Puts a section of bench/RESULTS.md in the place of the one with the same heading."""
    path = os.path.join(HERE, "RESULTS.md")
    with open(path) as file:
        sections = re.split(r"(?m)^(?=# )", file.read())
    heading = f"# {name}\n"
    rest = [section for section in sections if section and not section.startswith(heading)]
    place = next((at for at, section in enumerate(sections) if section.startswith(heading)), len(rest))
    rest.insert(min(place, len(rest)), f"{heading}\n{text.strip()}\n\n")
    with open(path, "w") as file:
        file.write("".join(rest).rstrip() + "\n")
