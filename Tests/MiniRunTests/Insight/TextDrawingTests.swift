import Testing

@testable import MiniRun

@Suite("The drawing of a topology in text")
struct TextDrawingTests {
    private func drawing(_ sketch: TopologySketch, _ width: Int, _ language: Language = .english) -> String {
        TextDrawing(Scene(sketch.topology, language: language), width: width).text(colours: false)
    }

    @Test("has the router on top and everybody below their bridge")
    func wide() { #expect(drawing(.lab, 80) == Self.wide) }

    @Test("can be read at 40 columns")
    func narrow() { #expect(drawing(.lab, 40) == Self.narrow) }

    @Test("is no wider than it may be", arguments: [24, 40, 59, 60, 80, 100, 160], Language.allCases)
    func fits(width: Int, language: Language) {
        for sketch in [TopologySketch.lab, .many(3), .many(60)] {
            let lines = drawing(sketch, width, language).split(separator: "\n")
            #expect(lines.allSatisfy { TextTable.width(of: String($0)) <= width })
        }
    }

    @Test("has everybody's name and address, however many there are", arguments: [3, 60, 200])
    func complete(count: Int) {
        let text = drawing(.many(count), 80)
        // The router's box names those with published ports as well.
        let below = text.split(separator: "\n").drop { !$0.hasPrefix("╰") }.joined(separator: "\n")
        for number in 0..<count {
            #expect(below.contains(" c\(number) "))
            #expect(text.contains(".1.\(number + 1)/16"))
            #expect(text.contains("0.0.0.0:\(8000 + number)/tcp → c\(number) "))
        }
    }

    @Test("speaks Chinese") func chinese() {
        let text = drawing(.lab, 80, .chinese)
        for word in ["路由器", "主机", "网桥 minirun0", "已发布", "地址转换", "未连接"] { #expect(text.contains(word)) }
        #expect(!text.contains("bridge minirun0"))
    }

    @Test("says what a low screen leaves out") func clipped() {
        let drawing = TextDrawing(Scene(TopologySketch.lab.topology, language: .english), width: 80)
        let all = drawing.text(colours: false).split(separator: "\n", omittingEmptySubsequences: false).count - 1
        let text = drawing.text(colours: false, rows: 10)
        #expect(text.split(separator: "\n").count == 10)
        #expect(text.hasSuffix("\(all - 9) more lines: enlarge the window\n"))
        #expect(drawing.text(colours: false, rows: all) == drawing.text(colours: false))
    }

    @Test("is dim where others made it, and has no colour without being asked") func colours() {
        let drawing = TextDrawing(Scene(TopologySketch.lab.topology, language: .english), width: 80)
        let text = drawing.text(colours: true)
        #expect(text.contains("\u{1b}[2mnginx (77)\u{1b}[0m"))
        #expect(text.contains("\u{1b}[1;33mweb\u{1b}[0m"))
        #expect(!drawing.text(colours: false).contains("\u{1b}"))
    }

    private static let wide = """
        ╭── router · host ─────────────────────────────────────────────────────────────╮
        │ ens33      192.168.66.11/24                                                  │
        │ minirun0   172.17.0.1/16                                                     │
        │ br-lab     10.5.0.1/24                                                       │
        │ docker0    172.18.0.1/16                                                     │
        │ v2005-0    ↔ red eth0                                                        │
        │ routes     default → 192.168.66.1 ens33                                      │
        │ NAT        172.17.0.0/16 leaves as 192.168.66.11                             │
        │ published  0.0.0.0:7000/tcp → nobody 172.17.0.9:7000                         │
        │            0.0.0.0:8080/tcp → web 172.17.0.2:80                              │
        │            127.0.0.1:9000/tcp → api 172.17.0.3:9000                          │
        │ --net host open                                                              │
        ╰─┬────────────────────────────────────────────────────────────────────────────╯
          │
          │  ╭─────────────────────────────────────────────────────────────────────────╮
          ├──┤ card ens33 · network lan                                                │
          │  ╰─┬───────────────────────────────────────────────────────────────────────╯
          │    │ ╭── www ─────────────────╮
          │    ╰─┤ eth0 192.168.66.192/24 │
          │      │ → 192.168.66.1         │
          │      ╰────────────────────────╯
          │
          │  ╔═════════════════════════════════════════════════════════════════════════╗
          ├──╢ bridge minirun0 · network bridge                                        ║
          │  ╚═╤═══════════════════════════════════════════════════════════════════════╝
          │    ╰───┬─────────────────────────╮
          │      ╭─┴ api ───────────────╮  ╭─┴ web ───────────────╮
          │      │ eth0 172.17.0.3/16   │  │ eth0 172.17.0.2/16   │
          │      │ eth1 10.5.0.2/24     │  │ → 172.17.0.1         │
          │      │ → 172.17.0.1         │  │ ⇐ 8080/tcp → 80      │
          │      │ ⇐ 127.0.0.1:9000/tcp │  │ + side               │
          │      │ also in br-lab       │  │                      │
          │      ╰──────────────────────╯  ╰──────────────────────╯
          │
          │  ╔═════════════════════════════════════════════════════════════════════════╗
          ├──╢ bridge br-lab · network lab                                             ║
          │  ║ internal: no way out                                                    ║
          │  ║ port vxlan7 vxlan VNI 7                                                 ║
          │  ╚═╤═══════════════════════════════════════════════════════════════════════╝
          │    ╰───┬─────────────────────╮
          │      ╭┄┴ api ┄┄┄┄┄┄┄┄┄┄┄╮  ╭─┴ 教育 ──────────╮
          │      ┆ eth1 10.5.0.2/24 ┆  │ eth0 10.5.0.3/24 │
          │      ┆ also in minirun0 ┆  │                  │
          │      ╰┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄╯  ╰──────────────────╯
          │
          │  ╔═════════════════════════════════════════════════════════════════════════╗
          ├──╢ bridge docker0                                                          ║
          │  ╚═╤═══════════════════════════════════════════════════════════════════════╝
          │    │ ╭── nginx (77) ──────╮
          │    ╰─┤ eth0 172.18.0.2/16 │
          │      │ → 172.18.0.1       │
          │      ╰────────────────────╯
          │
          │  ╔═════════════════════════════════════════════════════════════════════════╗
          ├┄┄╢ bridge br-hand                                                          ║
          │  ║ the host has no address in it                                           ║
          │  ╚═╤═══════════════════════════════════════════════════════════════════════╝
          │    │ ╭── blue ──────────╮
          │    ╰─┤ eth0 10.8.0.2/24 │
          │      ╰──────────────────╯
          │
          │  ╭── red ──────────────────────────╮
          ╰──┤ eth0 10.9.0.2/24 ↔ host v2005-0 │
             │ → 10.9.0.1                      │
             ╰─────────────────────────────────╯

        not connected:
          still

        """

    private static let narrow = """
        ╭── router · host ─────────────────────╮
        │ ens33      192.168.66.11/24          │
        │ minirun0   172.17.0.1/16             │
        │ br-lab     10.5.0.1/24               │
        │ docker0    172.18.0.1/16             │
        │ v2005-0    ↔ red eth0                │
        │ routes                               │
        │   default → 192.168.66.1 ens33       │
        │ NAT                                  │
        │   172.17.0.0/16 leaves as            │
        │     192.168.66.11                    │
        │ published                            │
        │   0.0.0.0:7000/tcp → nobody          │
        │     172.17.0.9:7000                  │
        │   0.0.0.0:8080/tcp → web             │
        │     172.17.0.2:80                    │
        │   127.0.0.1:9000/tcp → api           │
        │     172.17.0.3:9000                  │
        │ --net host                           │
        │   open                               │
        ╰┬─────────────────────────────────────╯
         │
         │ ╭───────────────────────────────────╮
         ├─┤ card ens33 · network lan          │
         │ ╰─┬─────────────────────────────────╯
         │   │ ╭── www ─────────────────╮
         │   ╰─┤ eth0 192.168.66.192/24 │
         │     │ → 192.168.66.1         │
         │     ╰────────────────────────╯
         │
         │ ╔═══════════════════════════════════╗
         ├─╢ bridge minirun0 · network bridge  ║
         │ ╚═╤═════════════════════════════════╝
         │   │ ╭── api ───────────────╮
         │   ├─┤ eth0 172.17.0.3/16   │
         │   │ │ eth1 10.5.0.2/24     │
         │   │ │ → 172.17.0.1         │
         │   │ │ ⇐ 127.0.0.1:9000/tcp │
         │   │ │ also in br-lab       │
         │   │ ╰──────────────────────╯
         │   │ ╭── web ───────────────╮
         │   ╰─┤ eth0 172.17.0.2/16   │
         │     │ → 172.17.0.1         │
         │     │ ⇐ 8080/tcp → 80      │
         │     │ + side               │
         │     ╰──────────────────────╯
         │
         │ ╔═══════════════════════════════════╗
         ├─╢ bridge br-lab · network lab       ║
         │ ║ internal: no way out              ║
         │ ║ port vxlan7 vxlan VNI 7           ║
         │ ╚═╤═════════════════════════════════╝
         │   │ ╭┄┄ api ┄┄┄┄┄┄┄┄┄┄┄╮
         │   ├─┤ eth1 10.5.0.2/24 ┆
         │   │ ┆ also in minirun0 ┆
         │   │ ╰┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄╯
         │   │ ╭── 教育 ──────────╮
         │   ╰─┤ eth0 10.5.0.3/24 │
         │     ╰──────────────────╯
         │
         │ ╔═══════════════════════════════════╗
         ├─╢ bridge docker0                    ║
         │ ╚═╤═════════════════════════════════╝
         │   │ ╭── nginx (77) ──────╮
         │   ╰─┤ eth0 172.18.0.2/16 │
         │     │ → 172.18.0.1       │
         │     ╰────────────────────╯
         │
         │ ╔═══════════════════════════════════╗
         ├┄╢ bridge br-hand                    ║
         │ ║ the host has no address in it     ║
         │ ╚═╤═════════════════════════════════╝
         │   │ ╭── blue ──────────╮
         │   ╰─┤ eth0 10.8.0.2/24 │
         │     ╰──────────────────╯
         │
         │ ╭── red ───────────╮
         ╰─┤ eth0 10.9.0.2/24 │
           │   ↔ host v2005-0 │
           │ → 10.9.0.1       │
           ╰──────────────────╯

        not connected:
          still

        """
}
