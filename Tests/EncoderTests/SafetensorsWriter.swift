import Foundation

/// Composes safetensors files, sound ones and others.
struct SafetensorsWriter {
    struct Tensor {
        var name: String
        var type = "F32"
        var shape: [Int]
        var offsets: [Int]
    }

    private(set) var tensors: [Tensor] = []
    private(set) var data: [UInt8] = []

    /// Appends a tensor of floats.
    mutating func add(_ name: String, shape: [Int], values: [Float]) {
        let start = data.count
        for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
        tensors.append(Tensor(name: name, shape: shape, offsets: [start, data.count]))
    }

    /// Replaces the description of a tensor, leaving the data alone.
    mutating func change(_ name: String, _ change: (inout Tensor) -> Void) {
        for index in tensors.indices where tensors[index].name == name { change(&tensors[index]) }
    }

    /// Removes the last tensor and its data.
    mutating func removeLast() {
        data.removeLast(data.count - tensors.removeLast().offsets[0])
    }

    /// The file, its header padded with spaces to a multiple of `alignment`.
    func file(alignment: Int = 8) -> [UInt8] {
        let entries = tensors.map {
            #""\#($0.name)":{"dtype":"\#($0.type)","shape":\#($0.shape),"data_offsets":\#($0.offsets)}"#
        }
        var header = Array(#"{"__metadata__":{"format":"pt"},\#(entries.joined(separator: ","))}"#.utf8)
        while header.count % alignment != 0 { header.append(UInt8(ascii: " ")) }
        return Self.file(header: header, data: data)
    }

    /// A file with any bytes as header.
    static func file(header: [UInt8], data: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + data
    }
}
