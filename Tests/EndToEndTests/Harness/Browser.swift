import CShim

/// Chromium without a window, run on a fake host: nothing of it reaches the machine's network, and the kernel ends it.
struct Browser {
    /// The program's name, when there is one.
    static let program = ["chromium", "chromium-browser", "google-chrome"].first { isInstalled($0) }

    /// Colours that a picture has in all, and how bright its corner is, from 0 to 255.
    struct Look {
        var colours: Int
        var corner: Int
    }

    let host: FakeHost

    /// The page's document after it was read.
    func document(of file: String) throws -> String {
        try run(["--dump-dom", "file://\(file)"]).output
    }

    /// A picture of a page, for readers who like it light or dark.
    func look(of file: String, isDark: Bool) throws -> Look {
        let picture = "/run/\(isDark ? "dark" : "light").png"
        let outcome = try run([
            "--screenshot=\(picture)", "--window-size=700,500", "--hide-scrollbars",
            "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)", "file://\(file)",
        ])
        let answer = try host.run("exec python3 -c \"$1\" \"$2\"", [Self.reader, picture], within: 60)
        let words = answer.line.split(separator: " ").compactMap { Int($0) }
        guard words.count == 2 else { throw HarnessError("no picture of \(file): \(outcome)\n\(answer)") }
        return Look(colours: words[0], corner: words[1])
    }

    /// What a file names that would have to be fetched from elsewhere.
    func fetched(by file: String) throws -> String {
        try host.run("grep -Eo '(href|src|url)[=(]\"?[^#\")]+' \(file); true").line
    }

    private func run(_ options: [String]) throws -> Outcome {
        let words = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--user-data-dir=/run/browser",
        ]
        return try host.run(
            "HOME=/run exec \(Self.program ?? "chromium") \"$@\"", words + options, within: 90)
    }

    /// PNG, read by its specification (8 bits a channel, no interlacing): each line is stored as what it adds to its left
    /// or upper neighbours.
    private static let reader = """
        import struct, sys, zlib
        data = open(sys.argv[1], "rb").read()
        place, packed = 8, b""
        while place < len(data):
            size, kind = struct.unpack(">I4s", data[place:place + 8])
            body = data[place + 8:place + 8 + size]
            if kind == b"IHDR": width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            if kind == b"IDAT": packed += body
            place += size + 12
        count = {2: 3, 6: 4}[colour]
        raw, stride = zlib.decompress(packed), width * count
        before, seen, first = bytearray(stride), set(), None
        for row in range(height):
            start = row * (stride + 1)
            how, line = raw[start], bytearray(raw[start + 1:start + 1 + stride])
            for i in range(stride):
                a = line[i - count] if i >= count else 0
                b, c = before[i], before[i - count] if i >= count else 0
                if how == 1: line[i] = (line[i] + a) & 255
                elif how == 2: line[i] = (line[i] + b) & 255
                elif how == 3: line[i] = (line[i] + (a + b) // 2) & 255
                elif how == 4:
                    p = a + b - c
                    line[i] = (line[i] + min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]) & 255
            seen.update(bytes(line[i:i + 3]) for i in range(0, stride, count))
            first = first if first is not None else sum(line[:3]) // 3
            before = line
        print(len(seen), first)
        """
}

/// Whether a program of the machine is in the PATH.
func isInstalled(_ program: String) -> Bool {
    (try? command("sh", "-c", "command -v \"$1\"", "sh", program))?.status == 0
}
