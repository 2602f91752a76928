import Encoder
import Testing

@Suite("Reading safetensors")
struct SafetensorsFileTests {
    private var writer = SafetensorsWriter()

    init() {
        writer.add("first", shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
        writer.add("empty", shape: [0, 4], values: [])
        writer.add("second", shape: [2], values: [-0.5, 7])
    }

    @Test("tensors come out as they went in, aligned or not", arguments: 0..<8)
    func roundTrip(offset: Int) throws {
        for alignment in [1, 8] {
            let file = try FileBytes(writer.file(alignment: alignment), offset: offset).safetensors()
            #expect(Set(file.names) == ["first", "empty", "second"])
            let first = try file.floats("first", shape: [2, 3])
            #expect(first.withValues(Array.init) == [1, 2, 3, 4, 5, 6])
            let second = try file.floats("second", shape: [2])
            #expect(second.withValues(Array.init) == [-0.5, 7])
            #expect(try file.floats("empty", shape: [0, 4]).count == 0)
        }
    }

    @Test("a tensor keeps its memory in place")
    func ownership() throws {
        func tensor() throws -> FloatTensor {
            try FileBytes(writer.file()).safetensors().floats("first", shape: [2, 3])
        }
        #expect(try tensor().withValues(Array.init) == [1, 2, 3, 4, 5, 6])
    }

    @Test("a missing tensor and one of another shape are named")
    func wrongTensor() throws {
        let file = try FileBytes(writer.file()).safetensors()
        let missing = #expect(throws: EncoderError.self) { try file.floats("third", shape: [1]) }
        #expect(missing?.description == "model.safetensors, tensor third: it is missing. Fetch the model again.")
        let shape = #expect(throws: EncoderError.self) { try file.floats("first", shape: [3, 2]) }
        #expect(shape?.subject == "tensor first")
        #expect(shape?.problem == "its shape is [2, 3], not [3, 2]")
    }

    @Test("another type is readable, but not as floats")
    func otherTypes() throws {
        var writer = writer
        writer.change("first") { ($0.type, $0.shape) = ("F16", [12]) }
        let file = try FileBytes(writer.file()).safetensors()
        let error = #expect(throws: EncoderError.self) { try file.floats("first", shape: [12]) }
        #expect(error?.remedy == .chooseAnotherModel)
        #expect(try file.floats("second", shape: [2]).count == 2)
    }

    @Test("a file cut short anywhere is refused")
    func cutShort() {
        let file = writer.file()
        for length in 0..<file.count {
            #expect(throws: EncoderError.self) { try FileBytes(file[..<length]).safetensors() }
        }
        #expect(throws: EncoderError.self) { try FileBytes(file + [0]).safetensors() }
    }

    @Test(
        "a header that is wrong is refused",
        arguments: [
            "", "{", "[]", "null", "\"text\"", "{\"a\":1}", "{\"a\":{}}", "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":\"2\",\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F99\",\"shape\":[2],\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1,-2],\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,99999999999999999999]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "{\"a\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,1]}}",
        ]
    )
    func wrongHeader(header: String) {
        let file = SafetensorsWriter.file(header: Array(header.utf8), data: [UInt8](repeating: 0, count: 8))
        let error = #expect(throws: EncoderError.self) { try FileBytes(file).safetensors() }
        #expect(error?.part == .weights)
    }

    @Test("a header length beyond the file is refused", arguments: [9_999, UInt64(Int.max), UInt64.max, 1 << 63])
    func headerLength(length: UInt64) {
        var file = writer.file()
        file.replaceSubrange(0..<8, with: withUnsafeBytes(of: length.littleEndian) { Array($0) })
        let error = #expect(throws: EncoderError.self) { try FileBytes(file).safetensors() }
        #expect(error?.subject == "header")
    }

    @Test("a header deep in brackets is refused")
    func deepHeader() {
        let header = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: EncoderError.self) {
            try FileBytes(SafetensorsWriter.file(header: header, data: [])).safetensors()
        }
    }

    @Test("flipped bits in the header give an error or a sound file, never a crash")
    func flippedBits() {
        var generator = SeededGenerator(seed: 21)
        let sound = writer.file()
        let headerEnd = sound.count - writer.data.count
        var refused = 0
        for _ in 0..<2_000 {
            var file = sound
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                file[Int.random(in: 0..<headerEnd, using: &generator)] ^=
                    1 << UInt8.random(in: 0..<8, using: &generator)
            }
            do throws(EncoderError) {
                let opened = try FileBytes(file).safetensors()
                for name in opened.names {
                    if let tensor = try? opened.floats(name, shape: [2, 3]) { #expect(tensor.count == 6) }
                }
            } catch {
                refused += 1
                #expect(!error.description.isEmpty)
            }
        }
        #expect(refused > 1_000)
    }
}
