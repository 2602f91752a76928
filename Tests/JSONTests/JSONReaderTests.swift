import Foundation
import JSON
import MagnusTestSupport
import Testing

@Suite("JSON of services")
struct JSONReaderTests {
    private func read(_ text: String) -> WireValue? { WireValue(json: Data(text.utf8)) }

    @Test(
        "Numbers are exact, however long",
        arguments: [
            "0", "-0.5", "12345678901234567890.12345", "0.1", "1795200060000", "99999999999999999999999999", "1e-05",
            "2.5E+3", "73.79750061035156", "123456789012345678", "0.000000000000000001",
        ]
    )
    func numbers(_ text: String) throws {
        #expect(try #require(read(text)).decimal == Decimal(string: text))
        #expect(read("[\(text) ]") == .list([.number(try #require(Decimal(string: text)))]))
    }

    @Test(
        "What is no JSON is refused",
        arguments: [
            "", " ", "{", "[1,]", "[1 2]", "{\"a\":}", "{\"a\" 1}", "{a:1}", "{\"a\":1,}", "tru", "nul", "01", "-",
            "1.",
            ".5", "1e", "+1", "NaN", "Infinity", "\"a", "\"a\\\"", "\"\\x\"", "\"\\u12\"", "\"a\nb\"", "1 2", "[1]]",
            "'a'", "<html>", "{\"a\":1}x",
        ]
    )
    func refused(_ text: String) {
        #expect(read(text) == nil)
    }

    @Test("A number that no decimal holds is null, and takes nothing else with it")
    func beyond() {
        #expect(read("[1e400, 5e-324, 1]") == .list([.null, .null, .number(1)]))
    }

    @Test("Strings with every kind of escape, broken pairs and broken UTF-8")
    func strings() {
        #expect(read(#""a\"\\\/\b\f\n\r\té\u00e9""#) == .text("a\"\\/\u{8}\u{C}\n\r\t\u{e9}\u{e9}"))
        #expect(read(#""\ud83d\ude00!""#) == .text("😀!"))
        #expect(read(#""\ud83d!\ude00\ud83dA""#) == .text("\u{FFFD}!\u{FFFD}\u{FFFD}A"))
        #expect(WireValue(json: Data([0x22, 0x61, 0xFF, 0x22])) == .text("a\u{FFFD}"))
        #expect(WireValue(json: Data([0xEF, 0xBB, 0xBF]) + Data("true".utf8)) == .bool(true))
    }

    @Test("Members, lists, space and depth")
    func structure() {
        #expect(read(" { } ") == .object([:]))
        #expect(read("\t[\r\n] ") == .list([]))
        #expect(
            read(#"{"a": 1, "b": [true, false, null], "a": "2"}"#)
                == .object([
                    "a": .text("2"), "b": .list([.bool(true), .bool(false), .null]),
                ])
        )
        #expect(read(String(repeating: "[", count: 200) + String(repeating: "]", count: 200)) != nil)
        #expect(read(String(repeating: "[", count: 201) + String(repeating: "]", count: 201)) == nil)
        #expect(read(String(repeating: "[", count: 1_000_000)) == nil)
    }

    @Test("Whatever Foundation writes is read as Foundation reads it")
    func asFoundation() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            let value = Self.random(depth: 4, &generator)
            let data = try JSONSerialization.data(withJSONObject: [value], options: [.fragmentsAllowed])
            let back = try #require(try JSONSerialization.jsonObject(with: data) as? [Any])
            #expect(WireValue(json: data) == Self.expected(back))
        }
    }

    @Test("A text that is cut or changed anywhere is refused or read, but never brings the reader down")
    func mutilated() throws {
        let text = #"{"snap": [{"a": -1.5e3, "b": "x\u00e9\n", "c": null}, true, [], {}], "n": 12.50}"#
        let bytes = Array(text.utf8)
        for end in 0..<bytes.count { #expect(WireValue(json: Data(bytes[..<end])) == nil) }
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<5_000 {
            var changed = bytes
            changed[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            _ = WireValue(json: Data(changed))
        }
    }

    private static func random(depth: Int, _ generator: inout SeededGenerator) -> Any {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: return NSNull()
        case 1: return Bool.random(using: &generator)
        case 2: return Int.random(in: -1_000_000_000...1_000_000_000, using: &generator)
        case 3: return Double(Int.random(in: -100_000...100_000, using: &generator)) / 64
        case 4:
            let scalars = ["a", "\"", "\\", "é", "😀", "\n", "\u{7f}", "/", " "]
            return (0..<Int.random(in: 0..<6, using: &generator)).map { _ in
                scalars[Int.random(in: 0..<scalars.count, using: &generator)]
            }.joined()
        case 5:
            return (0..<Int.random(in: 0..<4, using: &generator)).map { _ in random(depth: depth - 1, &generator) }
        default:
            var members: [String: Any] = [:]
            for index in 0..<Int.random(in: 0..<4, using: &generator) {
                members["k\(index)"] = random(depth: depth - 1, &generator)
            }
            return members
        }
    }

    private static func expected(_ value: Any) -> WireValue {
        switch value {
        case let text as String: return .text(text)
        case let members as [String: Any]: return .object(members.mapValues(expected))
        case let elements as [Any]: return .list(elements.map(expected))
        case let number as NSNumber:
            if UInt8(bitPattern: number.objCType.pointee) == UInt8(ascii: "c") { return .bool(number.boolValue) }
            return Decimal(string: "\(number)").map(WireValue.number) ?? .null
        default: return .null
        }
    }
}
