"""Archives of images for bench/images. They are made here, the same ones each time, and no registry is asked."""

import gzip
import hashlib
import io
import json
import os
import platform
import random
import shutil
import tarfile

from stage import BUILD, ROOTFS

FOLDER = os.path.join(BUILD, "images")
MAKING = os.path.join(FOLDER, "making")
SHARES = [0.5, 0.2, 0.15, 0.1, 0.05]  # what each layer of a large image has of its bytes
MIB = 1 << 20


class Layer:
    """A tar archive on disk, with its digest and, once asked for, a compressed copy beside it."""

    def __init__(self, name, fill):
        self.path = os.path.join(MAKING, f"layer-{name}.tar")
        with tarfile.open(self.path, "w", format=tarfile.GNU_FORMAT) as archive:
            fill(archive)
        self.digest = digest(self.path)

    def compressed(self):
        path = f"{self.path}.gz"
        with open(self.path, "rb") as plain, open(path, "wb") as file:
            with gzip.GzipFile("", "wb", 6, file, mtime=0) as stream:
                shutil.copyfileobj(plain, stream, MIB)
        return path


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- what is in the layers --------------------------------------------------------------------------------------------


def put(archive, name, content=b"", kind=tarfile.REGTYPE, target=""):
    """One entry, root's, of one time for all."""
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname, entry.size, entry.mtime = kind, target, len(content), 1700000000
    entry.mode = 0o755 if kind == tarfile.DIRTYPE else 0o644
    archive.addfile(entry, io.BytesIO(content))


def base(archive):
    """The benchmarks' root file system."""

    def plain(entry):
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = 1700000000
        return entry

    archive.add(ROOTFS, ".", filter=plain)


def few(number, count=20):
    """What a line of a Dockerfile adds: a directory of small files."""

    def fill(archive):
        put(archive, f"opt/part{number}", kind=tarfile.DIRTYPE)
        for i in range(count):
            put(archive, f"opt/part{number}/file{i}", f"{number}.{i}\n".encode() * 50)

    return fill


def prose(source, size):
    """Bytes that gzip makes about 0.4 of, as it does with programs and libraries."""
    words = [source.randbytes(source.randint(2, 9)) for _ in range(4096)]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    pieces = []
    while size > 0:
        piece = b" ".join(source.choices(words, weights, k=65536))
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def files(source, text, size):
    """Files of so many bytes: half of them below 4 KiB, 20 KiB in the mean as in a distribution, some links between."""

    def fill(archive):
        left, number = size, 0
        while left > 0:
            if number % 400 == 0:
                put(archive, f"usr/area{number // 400}", kind=tarfile.DIRTYPE)
            folder = f"usr/area{number // 400}/part{number // 20}"
            if number % 20 == 0:
                put(archive, folder, kind=tarfile.DIRTYPE)
            length = min(int(source.lognormvariate(8.3, 1.8)), left, 4 * MIB)
            start = source.randrange(len(text) - length)
            put(archive, f"{folder}/file{number}", text[start : start + length])
            if number % 10 == 9:
                put(archive, f"{folder}/link{number}", kind=tarfile.SYMTYPE, target=f"file{number}")
            left -= length
            number += 1

    return fill


def single():
    return [Layer("base", base)]


def tenfold():
    return single() + [Layer(f"part{i}", few(i)) for i in range(9)]


# --- archives ---------------------------------------------------------------------------------------------------------


def configuration(layers):
    machine = platform.machine()
    return json.dumps(
        {
            "architecture": {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine),
            "os": "linux",
            "created": "2023-11-14T22:13:20Z",
            "config": {"Cmd": ["/bin/sh"], "Env": ["PATH=/usr/bin:/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer.digest}" for layer in layers]},
            "history": [{"created": "2023-11-14T22:13:20Z", "created_by": "bench"} for _ in layers],
        }
    ).encode()


def add(archive, name, path):
    """A file from disk under another name."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = os.path.getsize(path), 1700000000, 0o644
    with open(path, "rb") as file:
        archive.addfile(entry, file)


def save(path, images):
    """What `docker save` writes, with the layers as they are; images are names and layers."""
    with tarfile.open(path, "w") as archive:
        manifest, written = [], set()
        for name, layers in images:
            document = configuration(layers)
            config = f"{hashlib.sha256(document).hexdigest()}.json"
            put(archive, config, document)
            for layer in layers:
                if layer.digest not in written:
                    add(archive, f"{layer.digest}/layer.tar", layer.path)
                written.add(layer.digest)
            files = [f"{layer.digest}/layer.tar" for layer in layers]
            manifest.append({"Config": config, "RepoTags": [name], "Layers": files})
        put(archive, "manifest.json", json.dumps(manifest).encode())


def oci_archive(path, name, layers):
    """What `buildah push oci-archive:` writes: a layout of OCI, its layers by gzip."""
    with tarfile.open(path, "w") as archive:

        def blob(content, kind):
            if isinstance(content, bytes):
                found = hashlib.sha256(content).hexdigest()
                put(archive, f"blobs/sha256/{found}", content)
                size = len(content)
            else:
                found, size = digest(content), os.path.getsize(content)
                add(archive, f"blobs/sha256/{found}", content)
            kind = f"application/vnd.oci.image.{kind}"
            return {"mediaType": kind, "digest": f"sha256:{found}", "size": size}

        put(archive, "oci-layout", b'{"imageLayoutVersion": "1.0.0"}')
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": blob(configuration(layers), "config.v1+json"),
            "layers": [blob(layer.compressed(), "layer.v1.tar+gzip") for layer in layers],
        }
        entry = blob(json.dumps(manifest).encode(), "manifest.v1+json")
        entry["annotations"] = {"org.opencontainers.image.ref.name": name}
        put(archive, "index.json", json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode())


def many(number):
    """Images that share a layer, each with one of its own."""
    shared = Layer("base", base)
    return [(f"localhost/bench/many:{i}", [shared, Layer(f"own{i}", few(i))]) for i in range(number)]


def large(size):
    """The layers of an image of so many MiB."""
    source = random.Random(size)
    text = prose(source, 16 * MIB)
    return [Layer(f"large{i}", files(source, text, int(size * MIB * share))) for i, share in enumerate(SHARES)]


def make(name, write):
    """The path of an archive, which is made unless it is there."""
    path = os.path.join(FOLDER, name)
    if os.path.exists(path):
        return path
    shutil.rmtree(MAKING, ignore_errors=True)
    os.makedirs(MAKING)
    unfinished = os.path.join(MAKING, name)
    write(unfinished)
    os.rename(unfinished, path)
    shutil.rmtree(MAKING)
    return path
