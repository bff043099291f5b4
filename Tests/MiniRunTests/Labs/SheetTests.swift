import Testing

@testable import MiniRun

/// Sheets: the part of Markdown that they are written in, on a terminal and as a page.
@Suite struct SheetTests {
    @Test func blocksAreRead() {
        let sheet = Markdown(
            parsing: """
                # One cable

                A paragraph
                on two lines.
                ## 1. Names {#names}
                - first
                  goes on
                - second
                1. one

                ```sh
                ip link

                ip addr
                ```
                | a | b \\| c |
                |---|---|
                | 1 | 2 |
                > said
                > twice
                ?[links]
                ![topology]
                ---
                """)
        #expect(
            sheet.blocks == [
                .heading(level: 1, text: "One cable", id: nil),
                .paragraph("A paragraph on two lines."),
                .heading(level: 2, text: "1. Names", id: "names"),
                .list(items: ["first goes on", "second"], isNumbered: false),
                .list(items: ["one"], isNumbered: true),
                .code(language: "sh", text: "ip link\n\nip addr"),
                .table(header: ["a", "b | c"], rows: [["1", "2"]]),
                .quotation("said twice"),
                .question("links"),
                .topology,
                .rule,
            ])
    }

    @Test func sectionEndsWithTheNextHeadingOfItsLevel() {
        let sheet = Markdown(parsing: "# t\n\n## a {#a}\none\n### more\ntwo\n## b {#b}\nthree")
        #expect(sheet.section("a").blocks.count == 4)
        #expect(sheet.section("b").blocks == [.heading(level: 2, text: "b", id: "b"), .paragraph("three")])
        #expect(sheet.section("c").blocks.isEmpty)
    }

    @Test func chineseLinesAreJoinedWithoutABlank() {
        #expect(Markdown(parsing: "网桥\n就是交换机 and\nmore").blocks == [.paragraph("网桥就是交换机 and more")])
    }

    @Test(arguments: [
        ("plain", [MarkdownSpan.plain("plain")]),
        ("a `b c` d", [.plain("a "), .code("b c"), .plain(" d")]),
        ("**b**", [.strong("b")]),
        ("[t](https://x)", [.link(text: "t", address: "https://x")]),
        ("a *b c* d 2 * 3 * 4", [.plain("a "), .emphasis("b c"), .plain(" d 2 * 3 * 4")]),
        ("2 ** 3 and `x", [.plain("2 ** 3 and `x")]),
        ("[no link", [.plain("[no link")]),
    ])
    func spansAreRead(text: String, spans: [MarkdownSpan]) { #expect(MarkdownSpan.spans(of: text) == spans) }

    @Test func nothingIsWiderThanTheTerminal() {
        let sheet = Markdown(
            parsing: """
                # 一根网线，一台交换机，两个网络名字空间通过你亲手搭的网桥互相通信

                网络名字空间就是另一套 IP 协议栈：自己的网卡、地址、路由和防火墙。`ip netns` 给它起一个名字，再用 **别的命令** 进入。

                | a rather long heading | another rather long heading |
                |---|---|
                | with a rather long cell of many words | and one more |
                """)
        let page = SheetText(questions: [:], answers: [:], language: .chinese, width: 40)
        for line in page.lines(sheet) { #expect(line.width <= 40, "\(line.text(colours: false))") }
    }

    @Test func punctuationBeginsNoLine() {
        let text = String(repeating: "网桥，", count: 40)
        for line in TextFlow.lines(text, width: 31, indent: 0) {
            #expect(!line.text(colours: false).hasPrefix("，"))
        }
    }

    @Test func pagesEscapeWhatTheyAreGiven() {
        let page = SheetHTML(questions: [:], language: .english).text(
            Markdown(parsing: "# <b>\n\n`<i>` & [x](javascript:alert) [y](https://a/?b&c)\n\n```sh\n<script>\n```"))
        #expect(
            page == """
                <h1>&lt;b&gt;</h1>
                <p><code>&lt;i&gt;</code> &amp; x <a href="https://a/?b&amp;c">y</a></p>
                <pre class="code"><code>&lt;script&gt;</code></pre>

                """)
    }
}
