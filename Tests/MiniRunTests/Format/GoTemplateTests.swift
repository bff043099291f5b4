import MiniRun
import Namespaces
import Testing

@Suite("Templates of inspect -f")
struct GoTemplateTests {
    private static let value: JSONValue = [
        "Id": "abc",
        "State": ["Pid": 42, "Running": true, "Error": "", "Load": .number(1.5)],
        "Args": ["a", "b c"],
        "Nothing": nil,
        "NetworkSettings": [
            "Ports": ["80/tcp": [["HostIp": "0.0.0.0", "HostPort": "8080"]], "443/tcp": nil],
            "Networks": ["bridge": ["IPAddress": "172.17.0.2"]],
        ],
    ]

    @Test(
        "what is written in the world",
        arguments: [
            ("", ""), ("plain }} text", "plain }} text"), ("{{.State.Pid}} ", "42 "), ("{{ .Id }}", "abc"),
            ("{{.State.Running}}", "true"), ("{{.State.Load}}", "1.5"), ("{{.Nothing}}", "<no value>"),
            ("{{.Args}}", "[a b c]"), ("{{.State}}", "map[Error: Load:1.5 Pid:42 Running:true]"),
            ("{{json .State}}", "{\"Pid\":42,\"Running\":true,\"Error\":\"\",\"Load\":1.5}"),
            ("{{json .Nothing}}", "null"),
            ("{{.Args | json}}", "[\"a\",\"b c\"]"), ("{{len .Args}}", "2"), ("{{join .Args \", \"}}", "a, b c"),
            ("{{index .Args 1}}", "b c"), ("{{index .State \"Pid\"}}", "42"),
            ("{{index .State \"None\"}}", "<no value>"),
            (
                "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", "172.17.0.2"
            ),
            (
                "{{range $p, $conf := .NetworkSettings.Ports}}{{if $conf}}{{$p}} -> {{(index $conf 0).HostPort}}{{end}};{{end}}",
                ";80/tcp -> 8080;"
            ),
            ("{{(index (index .NetworkSettings.Ports \"80/tcp\") 0).HostPort}}", "8080"),
            ("{{range $i, $a := .Args}}{{$i}}={{$a}} {{end}}", "0=a 1=b c "),
            ("{{range .Nothing}}x{{else}}none{{end}}", "none"),
            ("{{if .State.Error}}bad{{else if .State.Running}}up{{else}}down{{end}}", "up"),
            ("{{if not .State.Running}}a{{else}}b{{end}}", "b"), ("{{with .State}}{{.Pid}}{{$.Id}}{{end}}", "42abc"),
            ("{{with .Nothing}}x{{else}}y{{end}}", "y"), ("{{$x := .Id}}{{$x}}{{$x = \"z\"}}{{$x}}", "abcz"),
            ("a {{- .Id -}} b", "aabcb"), ("a{{/* note */}}b", "ab"), ("a {{- /* note */ -}} b", "ab"),
            ("{{eq .State.Pid 42}} {{ne .Id \"abc\"}} {{lt 1 2}} {{ge 1 2}}", "true false true false"),
            ("{{and .State.Running .Id}} {{or .State.Error \"none\"}}", "abc none"),
            ("{{upper .Id}}{{title .Id}}", "ABCAbc"), ("{{title \"a red-hat, two_words\"}}", "A Red-Hat, Two_words"),
            ("{{truncate .Id 2}}|{{truncate .Id 9}}|{{pad .Id 1 2}}|{{pad \"\" 1 2}}|", "ab|abc| abc  ||"),
            ("{{printf \"%s-%05d|%-4s|%q %% %v\" .Id 7 \"x\" \"q\" true}}", "abc-00007|x   |\"q\" % true"),
            ("{{println .Id 1}}", "abc 1\n"), ("{{\"a\\tb\\\"\"}}{{`raw\\n`}}", "a\tb\"raw\\n"),
            ("{{split \"a,b\" \",\"}}", "[a b]"),
            (
                "{{.}}",
                "map[Args:[a b c] Id:abc NetworkSettings:map[Networks:map[bridge:map[IPAddress:172.17.0.2]] Ports:map[443/tcp:<nil> 80/tcp:[map[HostIp:0.0.0.0 HostPort:8080]]]] Nothing:<nil> State:map[Error: Load:1.5 Pid:42 Running:true]]"
            ),
        ])
    func renders(template: String, expected: String) throws {
        #expect(try GoTemplate(parsing: template).render(Self.value) == expected)
    }

    @Test(
        "a value that is not there, in Go's words",
        arguments: [
            ("{{.Foo}}", ":1:2: executing \"\" at <.Foo>: map has no entry for key \"Foo\""),
            ("{{.State.Foo}}", ":1:8: executing \"\" at <.State.Foo>: map has no entry for key \"Foo\""),
            ("a\n{{.Foo}}", ":2:3: executing \"\" at <.Foo>: map has no entry for key \"Foo\""),
            ("{{.Id.x}}", ":1:5: executing \"\" at <.Id.x>: can't evaluate field x in type string"),
            ("{{.Nothing.x}}", ":1:10: executing \"\" at <.Nothing.x>: nil pointer evaluating interface {}.x"),
            (
                "{{index .Args 5}}",
                ":1:2: executing \"\" at <index .Args 5>: error calling index: index out of range: 5"
            ),
            (
                "{{index .Nothing 0}}",
                ":1:2: executing \"\" at <index .Nothing 0>: error calling index: index of untyped nil"
            ),
            ("{{.Id .Id}}", ":1:2: executing \"\" at <.Id>: Id is not a method but has arguments"),
            ("{{$x := .Id}}{{$x 1}}", ":1:15: executing \"\" at <$x>: can't give argument to non-function $x"),
            ("{{range .Id}}{{end}}", ":1:8: executing \"\" at <.Id>: range can't iterate over abc"),
        ])
    func missing(template: String, message: String) throws {
        let parsed = try GoTemplate(parsing: template)
        #expect(throws: UsageError("template parsing error: template: \(message)")) { try parsed.render(Self.value) }
    }

    @Test(
        "templates that do not parse",
        arguments: [
            ("{{", ":1: unclosed action"), ("{{.Id", ":1: unclosed action"), ("{{}}", ":1: missing value for command"),
            ("{{foo}}", ":1: function \"foo\" not defined"), ("{{$x}}", ":1: undefined variable \"$x\""),
            ("{{if .Id}}", ":1: unexpected EOF"), ("{{end}}", ":1: unexpected {{end}}"),
            ("{{else}}", ":1: unexpected {{else}}"),
            ("\n{{if}}{{end}}", ":2: missing value for if"), ("{{(.Id}}", ":1: unclosed left paren"),
            ("{{.Id)}}", ":1: unexpected <)> in command"), ("{{\"a}}", ":1: unterminated quoted string"),
            ("{{/* x }}", ":1: unclosed comment"), ("{{.Id | .Id}}", ":1: non executable command in pipeline stage 2"),
            ("{{%}}", ":1: unexpected \"%\" in operand"),
            ("{{range .Args}}{{$x := 1}}{{end}}{{$x}}", ":1: undefined variable \"$x\""),
            ("{{if .Id}}{{else}}{{else}}{{end}}", ":1: expected end; found {{else}}"),
            ("{{template \"x\"}}", ":1: {{template}} is not supported here"),
        ])
    func unparsable(template: String, message: String) {
        #expect(throws: UsageError("template parsing error: template: \(message)")) {
            try GoTemplate(parsing: template)
        }
    }

    @Test("a template nested beyond reason is refused, not a crash")
    func deep() {
        let template = "{{" + String(repeating: "(", count: 100_000) + "}}"
        #expect(throws: UsageError.self) { try GoTemplate(parsing: template) }
    }
}
