import CShim
import Namespaces
import SystemPackage

/// `lab new`: a lab that works, to be made into another one.
public enum LabScaffold {
    /// Writes the files of a lab called NN-name into a directory. Throws `UsageError` for another name or where something is.
    public static func write(_ name: String, in parent: FilePath) throws -> FilePath {
        let parts = name.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let number = Int(parts[0]), number > 0,
            name.utf8.allSatisfy({ byte in
                byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            })
        else { throw UsageError("\(name.goQuoted) is no name of a lab: it is a number and a word, as in 13-firewalls") }
        let directory = parent.appending(name)
        guard access(directory.string, F_OK) != 0 else { throw UsageError("\(directory) exists already") }
        try Files.makeDirectory(directory)
        for (file, text) in files(number) { try Files.write(text, to: directory.appending(file)) }
        return directory
    }

    private static func files(_ number: Int) -> [(String, String)] {
        [
            (
                "lab.json",
                """
                {
                  "id": \(number),
                  "title": {"en": "A first lab", "zh": "第一个实验"},
                  "goal": {"en": "A namespace with an address.", "zh": "一个有地址的名字空间。"},
                  "minutes": 10,
                  "variables": {"r1": {"default": "r1", "random": ["red", "oak", "north"]}},
                  "steps": [
                    {"id": "namespace", "hints": [
                      {"en": "A namespace has a name in /run/netns.", "zh": "名字空间的名字在 /run/netns 里。"},
                      {"en": "See `ip netns help`.", "zh": "看看 `ip netns help`。"},
                      {"en": "`ip netns add %r1%`", "zh": "`ip netns add %r1%`"}
                    ]}
                  ],
                  "questions": [
                    {"id": "links", "step": "namespace", "prediction": true,
                     "ask": {"en": "How many interfaces does a new namespace have?", "zh": "新的名字空间里有几块网卡？"},
                     "answer": 1, "reveal": {"en": "One: lo, and it is down.", "zh": "一个：lo，而且没有启用。"}}
                  ],
                  "checks": [
                    {"id": "exists", "step": "namespace", "check": "netns", "ns": "%r1%",
                     "because": {"en": "Which command makes a namespace with a name?", "zh": "哪个命令创建有名字的名字空间？"}},
                    {"id": "loopback", "step": "namespace", "check": "link", "ns": "%r1%", "name": "lo", "up": true,
                     "because": {"en": "A new lo is down.", "zh": "新的 lo 没有启用。"}}
                  ],
                  "faults": [
                    {"id": "lo-down", "name": {"en": "lo is down", "zh": "lo 没有启用"}, "on": "by-hand",
                     "inject": "ip -n %r1% link set lo down", "undo": "ip -n %r1% link set lo up", "fails": ["loopback"]}
                  ]
                }

                """
            ),
            (
                "sheet.en.md",
                """
                # A first lab

                What it is about.

                ## 1. A namespace {#namespace}

                ?[links]

                Make a namespace called `%r1%`, and switch its loopback on.

                ## Ladder {#ladder}

                | docker | by hand |
                |---|---|
                | `docker run --network none` | `ip netns add %r1%` |

                """
            ),
            (
                "sheet.zh.md",
                """
                # 第一个实验

                实验内容。

                ## 1. 名字空间 {#namespace}

                ?[links]

                创建名为 `%r1%` 的名字空间，并启用其中的回环网卡。

                ## 阶梯 {#ladder}

                | docker | 手工 |
                |---|---|
                | `docker run --network none` | `ip netns add %r1%` |

                """
            ),
            (
                "by-hand.sh",
                """
                #!/bin/sh
                set -eu

                #% namespace -> exists, loopback
                # A network stack of its own, with a name.
                #zh 独立的网络栈，并有名字。
                ip netns add %r1%

                #% lo -> loopback
                # Even 127.0.0.1 needs an interface that is up.
                #zh 即使 127.0.0.1 也需要启用的网卡。
                ip -n %r1% link set lo up

                """
            ),
        ]
    }
}
