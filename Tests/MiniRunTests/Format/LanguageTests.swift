import Testing

@testable import MiniRun

@Suite("The language of pictures and findings")
struct LanguageTests {
    @Test(
        "is what the first of LC_ALL, LC_MESSAGES and LANG says that says anything",
        arguments: [
            ([:], Language.english),
            (["LANG": "zh_CN.UTF-8"], .chinese),
            (["LANG": "ZH_TW"], .chinese),
            (["LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"], .chinese),
            (["LANG": "zh_CN.UTF-8", "LC_ALL": "C"], .english),
            (["LANG": "zh_CN.UTF-8", "LC_MESSAGES": "", "LC_ALL": ""], .chinese),
            (["LC_CTYPE": "zh_CN.UTF-8"], .english),
        ])
    func environment(variables: [String: String], expected: Language) {
        #expect(Language { variables[$0] } == expected)
    }

    @Test("has a text in each") func phrase() {
        let phrase = Phrase("bridge", "网桥")
        #expect(Language.allCases.map(phrase.text) == ["bridge", "网桥"])
        #expect(Language.allCases.map([phrase, .verbatim("eth0")].joined().text) == ["bridge, eth0", "网桥、eth0"])
    }

    @Test("has a space between Latin letters and Chinese characters, and nowhere else") func spaces() {
        #expect(Phrase.spaced("默认路由现为", "via 10.1.0.1", "，应为", "无") == "默认路由现为 via 10.1.0.1，应为无")
        #expect(Phrase.spaced("网卡 eth0", "现为", "缺失", "", "，应为", "存在") == "网卡 eth0 现为缺失，应为存在")
    }
}
