import Foundation
import Testing
import Transport

@Suite struct LineSplitterTests {
    @Test(
        arguments: [
            ("{\"a\":1}\n{\"b\":\"é\"}\n", ["{\"a\":1}", "{\"b\":\"é\"}"], nil),
            ("one\r\ntwo\r\n\r\n\nthree", ["one", "two"], "three"),
            ("a\rb\n", ["a\rb"], nil), ("", [], nil), ("\n", [], nil), ("last\r", [], "last"),
        ] as [(String, [String], String?)]
    )
    func splitsHoweverItIsCut(text: String, lines: [String], rest: String?) {
        let bytes = Data(text.utf8)
        for cut in 0...bytes.count {
            var splitter = LineSplitter()
            let found = splitter.split(bytes.prefix(cut)) + splitter.split(bytes.dropFirst(cut))
            #expect(found == lines.map { Data($0.utf8) }, "cut at \(cut)")
            #expect(splitter.finish() == rest.map { Data($0.utf8) })
            #expect(splitter.pendingBytes == 0)
        }
        var splitter = LineSplitter()
        #expect(bytes.flatMap { splitter.split(Data([$0])) } == lines.map { Data($0.utf8) })
    }
}
