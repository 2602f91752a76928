import Crypto
import Foundation
import MagnusTestSupport
import Synchronization
import Testing

/// `magnus encoder pull` from a server on this machine.
@Suite struct EncoderPullTests {
    private static let weights = "model.safetensors"

    /// The files of a fixture, as a server that knows ranges gives them.
    private final class Files: Sendable {
        private struct State {
            var tag = "\"one\""
            var overlay: [String: Data] = [:]
        }

        private let fixture: String
        private let state = Mutex(State())

        init(_ fixture: String) {
            self.fixture = fixture
        }

        func setTag(_ tag: String) { state.withLock { $0.tag = tag } }

        /// Puts other bytes in the place of a file.
        func put(_ file: String, _ data: Data) { state.withLock { $0.overlay[file] = data } }

        func reply(path: String, headers asked: [String: String] = [:]) -> LoopbackReply {
            let (tag, overlay) = state.withLock { ($0.tag, $0.overlay) }
            let file = String(path.dropFirst("/m/tiny/".count))
            let local = TinyModels.fixtures + "/" + fixture + "/" + file
            guard path.hasPrefix("/m/tiny/"), let data = overlay[file] ?? FileManager.default.contents(atPath: local)
            else { return LoopbackReply(status: 404) }
            let headers = ["ETag": tag, "Accept-Ranges": "bytes"]
            guard let range = asked["range"], asked["if-range"] == tag,
                let start = Int(range.dropFirst("bytes=".count).dropLast())
            else { return LoopbackReply(headers: headers, body: data) }
            guard start < data.count else {
                return LoopbackReply(status: 416, headers: ["Content-Range": "bytes */\(data.count)"])
            }
            return LoopbackReply(
                status: 206,
                headers: headers.merging(["Content-Range": "bytes \(start)-\(data.count - 1)/\(data.count)"]) { $1 },
                body: data.dropFirst(start)
            )
        }
    }

    private let models: TinyModels
    private let files: Files
    private let server: LoopbackServer
    private let size: Int
    private let digest: String

    private var url: String { server.baseURL + "/m/tiny" }
    private var route: String { "GET /m/tiny/" + Self.weights }
    private var part: String { models.folder + "/.incoming/tiny/\(Self.weights).part" }

    init() throws {
        models = try TinyModels()
        let files = Files("mpnet-mean")
        self.files = files
        server = try LoopbackServer { files.reply(path: $0.path, headers: $0.headers) }
        let data = try Data(contentsOf: URL(fileURLWithPath: TinyModels.fixtures + "/mpnet-mean/" + Self.weights))
        size = data.count
        digest = SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined()
    }

    private var whole: LoopbackReply { files.reply(path: "/m/tiny/" + Self.weights) }

    /// Has a server give the first bytes of the weights, and then nothing for as long as one run asks.
    private func breakOff(_ server: LoopbackServer, _ route: String, after count: Int) {
        server.script(route, whole.cut(after: count))
        for _ in 0..<9 { server.script(route, .reset) }
    }

    private func ranges() -> [String] {
        server.requests.filter { $0.path.hasSuffix(Self.weights) }.map { $0.headers["range"] ?? "all" }
    }

    @Test func aModelIsFetchedCheckedAndTakenIn() throws {
        let run = try models.run("encoder", "pull", url, "--sha256", digest.uppercased())
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("tiny: encoder, mpnet, 24 numbers"))
        #expect(run.output.contains(digest))
        #expect(run.errors.contains("Fetching model.safetensors"))
        #expect(try models.names() == ["tiny"])
        // The files are the server's, and nothing else is left.
        let left = try FileManager.default.subpathsOfDirectory(atPath: models.folder).sorted()
        #expect(
            left.filter { !$0.hasPrefix(".") } == [
                "tiny", "tiny/1_Pooling", "tiny/1_Pooling/config.json", "tiny/config.json", "tiny/model.safetensors",
                "tiny/modules.json", "tiny/sentence_bert_config.json", "tiny/tokenizer_config.json", "tiny/vocab.txt",
            ]
        )
        #expect(left.filter { $0.hasPrefix(".") } == [".incoming"])
        let taken = try models.run("encoder", "pull", url)
        #expect(taken.status == 8)
        #expect(try models.run("encoder", "pull", url + "/", "--name", "second", "--quiet").errors == "")
    }

    @Test func aFetchThatBrokeOffGoesOnWhereItEnded() throws {
        let half = size / 2
        breakOff(server, route, after: half)
        let broken = try models.run("encoder", "pull", url)
        #expect(broken.status == 5, "\(broken.errors)")
        #expect(broken.errors.contains("\(half) bytes are kept"), "\(broken.errors)")
        #expect(try models.names() == [])
        #expect(try models.run("encoder", "list").errors.contains("tiny is not complete"))
        let asked = server.requests.count
        let rest = try models.run("encoder", "pull", url, "--sha256", digest)
        #expect(rest.status == 0, "\(rest.errors)")
        let last = try #require(server.requests.dropFirst(asked).last { $0.path.hasSuffix(Self.weights) })
        #expect(last.headers["range"] == "bytes=\(half)-")
        #expect(try models.names() == ["tiny"])
    }

    @Test func aBreakIsBridgedWithinOneRun() throws {
        server.script(route, whole.cut(after: 10_000), whole.cut(after: 0))
        let run = try models.run("encoder", "pull", url, "--sha256", digest)
        #expect(run.status == 0, "\(run.errors)")
        #expect(ranges().first == "all")
        #expect(ranges().contains("bytes=10000-"))
    }

    @Test func anotherFileThanBeforeIsFetchedFromItsBeginning() throws {
        breakOff(server, route, after: 10_000)
        #expect(try models.run("encoder", "pull", url).status == 5)
        files.setTag("\"two\"")
        let run = try models.run("encoder", "pull", url, "--sha256", digest)
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func aKilledFetchLeavesNoModelAndGoesOn() throws {
        server.script(route, whole.cut(after: 20_000, ending: .hang))
        let script = """
            "$MAGNUS" encoder pull \(url) --quiet & process=$!
            until [ "$(stat -c %s '\(part)' 2>/dev/null)" = 20000 ]; do :; done
            kill -9 $process; wait $process; [ $? = 137 ]
            """
        #expect(try models.program.runShell(script).status == 0)
        #expect(try models.names() == [])
        #expect(try models.run("encoder", "pull", url, "--sha256", digest).status == 0)
        #expect(ranges().contains("bytes=20000-"))
    }

    /// Hubs answer with another host's address for the large file, a new one each time.
    @Test func weightsThatAnotherHostHoldsAreFetchedAndGoneOnWith() throws {
        let files = files
        let signature = Mutex(0)
        let store = try LoopbackServer { files.reply(path: "/m/tiny/" + Self.weights, headers: $0.headers) }
        let hub = try LoopbackServer { request in
            guard request.path.hasSuffix(Self.weights) else { return files.reply(path: request.path) }
            let number = signature.withLock { count in
                count += 1
                return count
            }
            return LoopbackReply(status: 302, headers: ["Location": "\(store.baseURL)/blob?signature=\(number)"])
        }
        let half = size / 2
        breakOff(store, "GET /blob", after: half)
        let broken = try models.run("encoder", "pull", hub.baseURL + "/m/tiny")
        #expect(broken.status == 5, "\(broken.errors)")
        #expect(broken.errors.contains("\(half) bytes are kept"), "\(broken.errors)")
        let rest = try models.run("encoder", "pull", hub.baseURL + "/m/tiny", "--sha256", digest)
        #expect(rest.status == 0, "\(rest.errors)")
        #expect(store.requests.last?.headers["range"] == "bytes=\(half)-")
        #expect(store.requests.last?.target == "/blob?signature=\(signature.withLock { $0 })")
    }

    @Test func wrongWeightsAreRefusedAndForgotten() throws {
        let run = try models.run("encoder", "pull", url, "--sha256", String(repeating: "0", count: 64))
        #expect(run.status == 8)
        #expect(run.errors.contains(digest))
        #expect(try models.names() == [])
        #expect(!FileManager.default.fileExists(atPath: part))
        #expect(try models.run("encoder", "pull", url, "--sha256", "12").status == 2)
    }

    @Test func damagedWeightsBecomeNoModel() throws {
        files.put(Self.weights, Data(repeating: 7, count: 5_000))
        let run = try models.run("encoder", "pull", url)
        #expect(run.status == 7)
        #expect(run.errors.contains("model.safetensors"))
        #expect(try models.names() == [])
    }

    @Test func whatTheServerLacksIsNamed() throws {
        let run = try models.run("encoder", "pull", server.baseURL + "/nowhere")
        #expect(run.status == 8)
        #expect(run.errors.contains("has no config.json"))
        server.script(route, LoopbackReply(status: 403))
        let barred = try models.run("encoder", "pull", url)
        #expect(barred.status == 5)
        #expect(barred.errors.contains("answered 403"))
    }

    @Test func aPullThatCannotSucceedLeavesNothing() throws {
        let wrong = String(repeating: "0", count: 64)
        #expect(try models.run("encoder", "pull", url, "--sha256", wrong).status == 8)
        #expect(try models.run("encoder", "pull", server.baseURL + "/nowhere", "--name", "tiny").status == 8)
        files.put(Self.weights, Data(repeating: 7, count: 1_500_000))
        #expect(try models.run("encoder", "pull", url, "--max-size", "1").status == 8)
        #expect(try models.run("encoder", "pull", url).status == 7)
        #expect(try models.run("encoder", "pull", "https://models.example.com/other", "--offline").status == 7)
        #expect(try !models.run("encoder", "list").errors.contains("not complete"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: models.folder + "/.incoming").isEmpty)
    }

    /// A mistyped address is no reason to fetch again what is there.
    @Test func whatWasBegunElsewhereIsKept() throws {
        let half = size / 2
        breakOff(server, route, after: half)
        #expect(try models.run("encoder", "pull", url).status == 5)
        #expect(try models.run("encoder", "pull", server.baseURL + "/m/tinny", "--name", "tiny").status == 8)
        #expect(try models.run("encoder", "list").errors.contains("tiny is not complete"))
        #expect(try models.run("encoder", "pull", url, "--sha256", digest).status == 0)
        #expect(ranges().contains("bytes=\(half)-"))
    }

    @Test func aModelThatCannotBeRunIsRefusedBeforeItsWeightsAreFetched() throws {
        files.put("config.json", Data(#"{"model_type": "t5", "hidden_act": "gelu"}"#.utf8))
        let run = try models.run("encoder", "pull", url)
        #expect(run.status == 7, "\(run.errors)")
        #expect(ranges().isEmpty)
    }

    @Test func whatIsTooLargeIsRefused() throws {
        files.put("config.json", Data(repeating: 0x20, count: 2_000_000))
        let small = try models.run("encoder", "pull", url)
        #expect(small.status == 8)
        #expect(small.errors.contains("config.json"))
        files.put(
            "config.json",
            try Data(contentsOf: URL(fileURLWithPath: TinyModels.fixtures + "/mpnet-mean/config.json"))
        )
        files.put(Self.weights, Data(repeating: 0, count: 1_500_000))
        let large = try models.run("encoder", "pull", url, "--max-size", "1")
        #expect(large.status == 8)
        #expect(large.errors.contains("1500000 bytes"), "\(large.errors)")
        // Where the server does not say how large it is, it is refused when it turns out to be.
        server.script(route, .chunked([String](repeating: String(repeating: "x", count: 100_000), count: 15)))
        let unknown = try models.run("encoder", "pull", url, "--max-size", "1")
        #expect(unknown.status == 8)
        #expect(try models.names() == [])
    }

    @Test func aFullDiskKeepsWhatThereIs() throws {
        let script = "trap '' XFSZ; ulimit -f 32; \"$MAGNUS\" encoder pull \(url)"
        let run = try models.program.runShell(script)
        #expect(run.status == 9, "\(run.errors)")
        #expect(run.errors.contains("no space"))
        #expect(try models.names() == [])
        #expect(try models.run("encoder", "pull", url, "--sha256", digest).status == 0)
        #expect(ranges().contains { $0.hasPrefix("bytes=") })
    }

    @Test(arguments: [
        "http://models.example.com/tiny", "ftp://127.0.0.1/tiny", "https://user:word@host/tiny",
        "https://host/tiny?a=1", "tiny",
    ])
    func otherAddressesAreRefused(address: String) throws {
        let run = try models.run("encoder", "pull", address)
        #expect(run.status == 2)
        #expect(server.requests.isEmpty)
    }

    @Test func nothingIsAskedOfOthersOffline() throws {
        let run = try models.run("encoder", "pull", "https://models.example.com/tiny", "--offline")
        #expect(run.status == 7)
        #expect(run.errors.contains("nothing may leave this machine"))
    }
}
