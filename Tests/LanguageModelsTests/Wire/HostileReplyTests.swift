import Foundation
import JSON
import LanguageModels
import MagnusTestSupport
import Testing

@Suite("Replies that mean harm")
struct HostileReplyTests {
    static let wires: [(any WireProtocol, ModelEndpoint)] = [
        (AnthropicMessages(), .anthropic), (OpenAIChat(), .openAI), (GeminiGenerate(), .gemini),
        (OllamaChat(), .ollama),
    ]

    /// The error of a body; nil where it is read.
    private func error(_ body: Data, _ wire: any WireProtocol, _ endpoint: ModelEndpoint) throws -> ModelError? {
        do {
            _ = try Reading(wire, body, from: endpoint)
            return nil
        } catch let error as ModelError {
            return error
        }
    }

    @Test(
        "What is no reply is a typed error",
        arguments: [
            "", "\n\n", "data: {}\n\n", "data: null\n\n", "data: 1\n\n", "data: \"x\"\n\n", "data: [[]]\n\n",
            "data: {\"a\"\n\n",
            "{}", "{}\n", "[]", "[1]", "[null]", "null", "<html></html>", "data: [DONE]\n\n", "\u{0}\u{1}\u{2}",
            "event: error\n\n",
            "event: error\ndata: x\n\n", "data: {\"error\":{}}\n\n", "data: {\"error\":[]}\n\n",
            "{\"error\":{\"message\":{}}}",
            "data: {\"choices\":{}}\n\n", "data: {\"candidates\":[{\"content\":7}]}\n\n", "data: {\"type\":7}\n\n",
            "data: {\"type\":\"content_block_delta\"}\n\n", "data: {\"type\":\"content_block_start\",\"index\":0}\n\n",
            "data: {\"type\":\"content_block_delta\",\"index\":5,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n",
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{}]}}]}\n\n", "{\"message\":{\"tool_calls\":[{}]}}\n",
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{}}]}}]}\n\n",
        ]
    )
    func noReply(text: String) throws {
        for (wire, endpoint) in Self.wires {
            let error = try #require(try error(Data(text.utf8), wire, endpoint), "\(endpoint.name)")
            #expect([.malformedReply, .cutOff, .overloaded].contains(error.code), "\(endpoint.name) \(error)")
        }
    }

    @Test("Deep nesting is refused, also where it is not read")
    func deep() throws {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        for text in [
            "data: {\"x\":\(deep)}\n\n", "data: {\"choices\":\(deep)}\n\n", "data: {\"args\":\(deep)}\n\n", deep,
            "{\"message\":\(deep)}\n", "data: {\"error\":\(deep)}\n\n",
        ] {
            for (wire, endpoint) in Self.wires {
                #expect(try error(Data(text.utf8), wire, endpoint)?.code == .malformedReply)
            }
        }
    }

    @Test("Indices are numbers and no more: huge and negative ones take no room")
    func indices() throws {
        let openAI = """
            data: {"choices":[{"delta":{"tool_calls":[{"index":9000000000000000000,"id":"a","function":{"name":"f","arguments":"{}"}},\
            {"index":-5,"id":"b","function":{"name":"g","arguments":"{}"}},{"index":1e300,"id":"c","function":{"name":"h"}},\
            {"index":0.5,"id":"d","function":{"name":"i"}}]},"finish_reason":"tool_calls"}]}


            """
        let reading = try Reading(OpenAIChat(), Data(openAI.utf8), from: .openAI)
        #expect(reading.reply.message.toolCalls.map(\.name) == ["f", "g", "h", "i"])
        let anthropic = """
            data: {"type":"content_block_start","index":9000000000000000000,"content_block":{"type":"text","text":"x"}}

            data: {"type":"message_stop"}


            """
        #expect(try Reading(AnthropicMessages(), Data(anthropic.utf8), from: .anthropic).reply.text == "x")
        let usage = """
            data: {"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1e300,\
            "completion_tokens":"7","total_tokens":-1,"prompt_tokens_details":[],"completion_tokens_details":"no"}}


            """
        #expect(try Reading(OpenAIChat(), Data(usage.utf8), from: .openAI).reply.usage == TokenUsage(output: 7))
    }

    @Test("More calls and blocks than any reply has")
    func floods() throws {
        let calls = (0..<5_000).map { #"{"index":\#($0),"id":"\#($0)","function":{"name":"f"}}"# }.joined(
            separator: ","
        )
        let openAI = #"data: {"choices":[{"delta":{"tool_calls":[\#(calls)]}}]}"# + "\n\n"
        #expect(try error(Data(openAI.utf8), OpenAIChat(), .openAI)?.code == .malformedReply)
        let blocks = (0..<5_000).map {
            #"data: {"type":"content_block_start","index":\#($0),"content_block":{"type":"text","text":""}}"# + "\n\n"
        }
        #expect(try error(Data(blocks.joined().utf8), AnthropicMessages(), .anthropic)?.code == .malformedReply)
        let twice = blocks[0] + blocks[0]
        #expect(try error(Data(twice.utf8), AnthropicMessages(), .anthropic)?.code == .malformedReply)
    }

    @Test("A line of 10 MB is read; one without an end is refused before it fills the memory")
    func longLines() throws {
        let long = String(repeating: "x", count: 10_000_000)
        let text = #"data: {"choices":[{"delta":{"content":"\#(long)"},"finish_reason":"stop"}]}"# + "\n\n"
        #expect(try Reading(OpenAIChat(), Data(text.utf8), from: .openAI).reply.text.utf8.count == 10_000_000)
        let piece = Data(repeating: UInt8(ascii: "x"), count: 1_000_000)
        for start in ["data: ", "data: x\ndata: ", "{\"x\": \"", ": "] {
            for (wire, endpoint) in Self.wires {
                var reader = wire.replyReader(contentType: nil, from: endpoint)
                var pieces = 0
                let error = #expect(throws: ModelError.self) {
                    _ = try reader.read(Data(start.utf8))
                    while pieces < 200 {
                        pieces += 1
                        _ = try reader.read(piece)
                    }
                }
                #expect(error?.code == .malformedReply)
                #expect(pieces < 20)
            }
        }
    }

    @Test("A stream that never says anything ends")
    func endless() throws {
        let comments = Data(String(repeating: ": \(String(repeating: "-", count: 9_998))\n\n", count: 100).utf8)
        for (wire, endpoint) in Self.wires.prefix(3) {
            var reader = wire.replyReader(contentType: nil, from: endpoint)
            let error = #expect(throws: ModelError.self) {
                for _ in 0..<100 { _ = try reader.read(comments) }
            }
            #expect(error?.code == .malformedReply)
        }
    }

    @Test("Half surrogate pairs and broken UTF-8 become replacement characters")
    func brokenText() throws {
        let text =
            #"data: {"choices":[{"delta":{"content":"a\ud83d b\ude00\ud83d\ude00"},"finish_reason":"stop"}]}"# + "\n\n"
        #expect(try Reading(OpenAIChat(), Data(text.utf8), from: .openAI).reply.text == "a\u{FFFD} b\u{FFFD}😀")
        var bytes = Data(#"data: {"choices":[{"delta":{"content":""#.utf8)
        bytes.append(contentsOf: [0xC3, 0x28, 0xFF])
        bytes.append(Data(#""},"finish_reason":"stop"}]}"#.utf8))
        #expect(try Reading(OpenAIChat(), bytes, from: .openAI).reply.text.hasPrefix("\u{FFFD}("))
    }

    @Test("Recordings with a byte changed, left out or doubled are read or refused, never worse")
    func mutations() throws {
        var generator = SeededGenerator(seed: 11)
        for example in RecutCase.all where example.body.count < 12_000 {
            for _ in 0..<120 {
                var body = example.body
                let place = Int.random(in: 0..<body.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: body[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: body.remove(at: place)
                case 2: body.insert(body[place], at: place)
                default: body.removeSubrange(place..<min(body.count, place + 40))
                }
                _ = try error(body, example.wire, example.endpoint)
            }
        }
    }
}
