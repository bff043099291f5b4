extension StringProtocol where SubSequence == Substring {
    /// Whether people can read Chinese in it.
    var hasChinese: Bool { contains { ("\u{4e00}"..."\u{9fff}").contains($0) } }

    /// Whether it has three English words in a row: a sentence, and no command's keywords, nor `default via fd00::1`.
    var hasEnglishSentence: Bool { contains(#/(^|[ "(])[a-z]{2,} [a-z]{2,} [a-z]{2,}(?![0-9a-f]*:[0-9a-f:])/#) }
}

extension FakeHost {
    /// What minirun answers somebody who reads Chinese.
    func chinese(_ words: String) throws -> Outcome { try run("LANG=zh_CN.UTF-8 minirun \(words)") }
}
