/// What labs say, in both languages.
enum LabWords {
    static let broken = Phrase("something is broken", "有东西坏了")
    static let noLab = Phrase("no lab is running: minirun lab start 1", "没有正在运行的实验：minirun lab start 1")
    static func severalRun(_ count: Int) -> Phrase {
        Phrase("\(count) labs are running: this is the newest", "有 \(count) 个实验正在运行：这是最新的一个")
    }
    static let nothingToHint = Phrase(
        "Every check is met: there is nothing to hint at.", "所有检查都已通过，没有需要提示的内容。")
    static let notRight = Phrase("That is not it. Look again, and answer again.", "不对。再看看，然后重新回答。")
    static let right = Phrase("Right.", "正确。")
    static let reveal = Phrase("Answer", "答案")
    static let before = Phrase("What is there at the start", "开始时的拓扑")
    static let after = Phrase("What is there at the end", "完成后的拓扑")
    static let allLabs = Phrase("All labs", "全部实验")
    static let otherLanguage = Phrase("中文", "English")
    static let course = Phrase("Container networks by hand and with minirun", "容器网络：亲手搭建与 minirun")
    static let noQuestions = Phrase("All questions are answered.", "所有问题都已回答。")

    static func onlyQuestions(_ ids: [String]) -> Phrase {
        let list = ids.joined(separator: ", ")
        return Phrase(
            "What is built is right. Open questions: \(list) (minirun lab answer)",
            "搭建的都对了。还有问题未答对：\(list)（minirun lab answer）")
    }

    static func title(_ lab: Lab) -> Phrase {
        Phrase("lab \(lab.number): \(lab.title.english)", "实验 \(lab.number)：\(lab.title.chinese)")
    }

    /// A cell of a table behind the heading of its column, in Markdown.
    static func field(_ name: String, _ value: String) -> Phrase {
        Phrase("**\(name):** \(value)", "**\(name)：**\(value)")
    }

    static func score(_ points: Int, of possible: Int) -> Phrase {
        Phrase("\(points) of \(possible) points", "\(points) / \(possible) 分")
    }

    static func minutes(_ count: Int) -> Phrase { Phrase("\(count) minutes", "约 \(count) 分钟") }

    static func notAnswered(_ id: String) -> Phrase {
        Phrase("not answered yet: minirun lab answer \(id)", "尚未回答：minirun lab answer \(id)")
    }

    static func answered(_ answer: String, isRight: Bool) -> Phrase {
        isRight
            ? Phrase("answered “\(answer)”: right", "回答“\(answer)”：正确")
            : Phrase("answered “\(answer)”: not right", "回答“\(answer)”：不正确")
    }

    static func predictionStands(_ answer: String) -> Phrase {
        Phrase("Your prediction stays “\(answer)”. It is so:", "你的预测仍是“\(answer)”。实际情况：")
    }

    static func predicted(_ answer: String) -> Phrase {
        Phrase("You said “\(answer)”. It is otherwise:", "你的预测是“\(answer)”，实际并非如此：")
    }

    static func mended(_ count: Int, of all: Int) -> Phrase {
        Phrase("\(count) of \(all) mended", "已修复 \(count) / \(all)")
    }

    static func named(_ fault: LabFault) -> Phrase {
        Phrase("it was \(fault.id), as you say: \(fault.name.english)", "确实是 \(fault.id)：\(fault.name.chinese)")
    }

    static func notNamed(_ fault: LabFault) -> Phrase {
        Phrase(
            "it was \(fault.id), which you have not named: \(fault.name.english)",
            "是 \(fault.id)，你没有指出：\(fault.name.chinese)")
    }

    static func changed(_ what: Phrase) -> Phrase {
        Phrase("also changed: \(what.english)", "另有改动：\(what.chinese)")
    }

    /// What was written down, without a word about whether it is right.
    static func wroteDown(_ named: [String], of all: Int) -> Phrase {
        guard named.count >= all else {
            return Phrase(
                "\(named.count) of \(all) named: minirun lab answer faults WORD...",
                "已指出 \(named.count) / \(all)：minirun lab answer faults 名称...")
        }
        let list = named.joined(separator: ", ")
        return Phrase(
            "you say: \(list). Whether that is right, minirun lab check tells once everything works again",
            "你的回答：\(list)。是否正确，要等全部修好后由 minirun lab check 告诉你")
    }

    static func hint(_ step: String, _ level: Int, of all: Int, _ text: Phrase) -> Phrase {
        Phrase(
            "\(step), hint \(level) of \(all): \(text.english)", "\(step)，提示 \(level) / \(all)：\(text.chinese)")
    }

    /// Why a fault cannot be made, and what to do where the lab could be built in another way.
    static func cannotBeMade(_ fault: LabFault) -> LabError {
        guard let dialect = fault.dialects.first, fault.dialects.count == 1 else {
            let (reason, chinese) = fault.condition.map { (": \($0) fails", "：\($0) 不成立") } ?? ("", "")
            return LabError("\(fault.id) cannot be made here\(reason)", "这里无法制造 \(fault.id)\(chinese)")
        }
        let by = dialect == .minirun ? Phrase("with minirun", "用 minirun") : Phrase("by hand", "手工")
        return LabError(
            "\(fault.id) cannot be made here: it needs the lab built \(by.english) (minirun lab reset, then minirun lab solve --with \(dialect.rawValue))",
            "这里无法制造 \(fault.id)：实验需要\(by.chinese)搭建（先 minirun lab reset，再 minirun lab solve --with \(dialect.rawValue)）"
        )
    }

    static func noMoreHints(_ step: String) -> Phrase {
        Phrase(
            "These are all hints for \(step). `minirun lab solve --explain` plays the solution.",
            "\(step) 的提示已全部给出。`minirun lab solve --explain` 会逐步演示答案。")
    }

    static func faultShows(in checks: [String]) -> Phrase {
        let list = checks.joined(separator: ", ")
        return Phrase(
            "it shows in \(list). Follow a packet from where it starts: minirun topo, minirun trace, minirun capture.",
            "它表现在 \(list) 上。从起点开始跟踪一个报文：minirun topo、minirun trace、minirun capture。")
    }

    static func doctorFinds(_ diagnosis: LabFault.Diagnosis) -> Phrase {
        let command = (["minirun doctor"] + [diagnosis.subject].compactMap(\.self)).joined(separator: " ")
        return Phrase(
            "`\(command)` finds it, as \(diagnosis.check), and tells the command that mends it.",
            "`\(command)` 能在 \(diagnosis.check) 一项找到它，并给出修复的命令。")
    }

    static func faultIs(_ fault: LabFault) -> Phrase {
        Phrase("it is \(fault.id): \(fault.name.english).", "它是 \(fault.id)：\(fault.name.chinese)。")
    }

    static func faultAmong(_ faults: [String]) -> Phrase {
        let list = faults.joined(separator: ", ")
        return Phrase("it is one of \(list).", "它是以下之一：\(list)。")
    }

    static let noMoreFaultHints = Phrase(
        "These are all hints. `minirun lab break --undo` tells what it was, and takes it back.",
        "提示已全部给出。`minirun lab break --undo` 会说明是什么并恢复。")
    static let mendedUnnamed = Phrase(
        "It works again. What was it? minirun lab answer faults WORD, then minirun lab check.",
        "已经修好了。它是什么？minirun lab answer faults 名称，然后 minirun lab check。")
    static let mendedAndNamed = Phrase("It works again: minirun lab check", "已经修好了：minirun lab check")
    static let solutionStopped = Phrase(
        "the solution stopped: it begins with the world as it was at the start (minirun lab reset makes it anew)",
        "答案演示中断：它要求环境与实验开始时相同（minirun lab reset 可以重建环境）")

    static func hasBroken(_ count: Int) -> Phrase {
        Phrase(
            count == 1
                ? "Something is broken now. Find it, name it with `minirun lab answer faults WORD`, mend it and nothing else, and\n`minirun lab check`. It is one of these:"
                : "\(count) things are broken. Find them, name them with `minirun lab answer faults WORD...`, mend them and nothing\nelse, and `minirun lab check`. They are among these:",
            count == 1
                ? "现在有一处坏了。找出它，用 `minirun lab answer faults 名称` 指出来，只修复它，然后 `minirun lab check`。可能是以下之一："
                : "现在有 \(count) 处坏了。找出它们，用 `minirun lab answer faults 名称...` 指出来，只修复它们，然后 `minirun lab check`。可能是以下几种："
        )
    }

    static func undone(_ fault: LabFault) -> Phrase {
        Phrase("It was \(fault.id): \(fault.name.english). Undone.", "是 \(fault.id)：\(fault.name.chinese)。已恢复。")
    }

    static let commands = Phrase(
        """
        minirun lab sheet    read on         minirun lab check   what is right, what is not
        minirun lab answer   the questions   minirun lab hint    a nudge
        minirun topo         draw it         exit                leave; nothing stays
        """,
        """
        minirun lab sheet    阅读实验手册    minirun lab check   检查结果
        minirun lab answer   回答问题        minirun lab hint    提示
        minirun topo         画出拓扑        exit                退出，不留任何痕迹
        """)

    static let examCommands = Phrase(
        """
        minirun lab sheet    read on         minirun lab check   what is right, what is not
        minirun lab answer   name faults     minirun lab report  what you hand in
        minirun topo         draw it         exit                leave; nothing stays
        """,
        """
        minirun lab sheet    阅读考题        minirun lab check   检查结果
        minirun lab answer   指出故障        minirun lab report  要交的报告
        minirun topo         画出拓扑        exit                退出，不留任何痕迹
        """)
}
