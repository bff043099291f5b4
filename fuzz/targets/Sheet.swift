@testable import MiniRun

/// A lab's sheet never breaks a terminal's width, and what stands in it becomes no tag of the page; solutions are read too.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    let sheet = Markdown(parsing: text)
    for line in SheetText(questions: [:], answers: [:], language: .english, width: 40).lines(sheet) {
        _ = line.text(colours: true)
    }
    let page = SheetHTML(questions: [:], language: .chinese).text(sheet)
    precondition(!page.contains("<script"), page)
    _ = LabSolution(parsing: text).script(telling: .chinese, omitting: "x")
    return 0
}
