#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The header of a safetensors file: a JSON object with type, shape and place of each tensor.
enum SafetensorsHeader {
    /// One tensor.
    struct Entry: Sendable {
        let type: String
        let shape: [Int]
        /// Its place among the bytes after the header.
        let range: Range<Int>
    }

    /// Decodes a header and checks that its tensors fill the data one after the other, without gap or overlap.
    static func entries(in json: Data, dataLength: Int) throws(EncoderError) -> [String: Entry] {
        let listing: Listing
        do {
            listing = try JSONDecoder().decode(Listing.self, from: json)
        } catch {
            throw EncoderError(.weights, "header", "it is not a valid list of tensors\(place(of: error))")
        }
        var entries: [String: Entry] = [:]
        for (name, fields) in listing.tensors {
            entries[name] = try entry(name, fields, dataLength: dataLength)
        }
        var filled = 0
        for (name, entry) in entries.sorted(by: { order($0.value.range) < order($1.value.range) }) {
            guard entry.range.lowerBound == filled else {
                let problem = entry.range.lowerBound < filled ? "it overlaps another tensor" : "a gap comes before it"
                throw EncoderError(.weights, "tensor \(name)", problem)
            }
            filled = entry.range.upperBound
        }
        guard filled == dataLength else {
            throw EncoderError(.weights, "", "its tensors take \(filled) bytes, but \(dataLength) follow the header")
        }
        return entries
    }

    private static func entry(_ name: String, _ fields: Fields, dataLength: Int) throws(EncoderError) -> Entry {
        let subject = "tensor \(name)"
        guard let bits = bitsPerValue[fields.dtype] else {
            throw EncoderError(.weights, subject, "its type \(fields.dtype) is unknown")
        }
        guard fields.data_offsets.count == 2 else {
            throw EncoderError(.weights, subject, "it has \(fields.data_offsets.count) offsets instead of 2")
        }
        let (start, end) = (fields.data_offsets[0], fields.data_offsets[1])
        guard 0 <= start, start <= end, end <= dataLength else {
            throw EncoderError(.weights, subject, "its offsets \(start)..<\(end) are outside of \(dataLength) bytes")
        }
        var size = bits
        for dimension in fields.shape {
            let (product, overflows) = size.multipliedReportingOverflow(by: dimension)
            guard dimension >= 0, !overflows else {
                throw EncoderError(.weights, subject, "its shape \(fields.shape) is impossible")
            }
            size = product
        }
        guard size % 8 == 0, size / 8 == end - start else {
            throw EncoderError(.weights, subject, "its shape \(fields.shape) does not fit its \(end - start) bytes")
        }
        return Entry(type: fields.dtype, shape: fields.shape, range: start..<end)
    }

    /// Sorts by start; an empty tensor comes before one that starts at the same place.
    private static func order(_ range: Range<Int>) -> (Int, Int) {
        (range.lowerBound, range.upperBound)
    }

    private static func place(of error: any Error) -> String {
        let context: DecodingError.Context
        switch error {
        case DecodingError.typeMismatch(_, let found), DecodingError.valueNotFound(_, let found),
            DecodingError.keyNotFound(_, let found), DecodingError.dataCorrupted(let found):
            context = found
        default:
            return ""
        }
        return context.codingPath.first.map { ", at \($0.stringValue)" } ?? ""
    }

    private static let bitsPerValue = [
        "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
        "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "F64": 64, "I64": 64, "U64": 64,
        "C64": 64,
    ]

    private struct Fields: Decodable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [Int]
    }

    private struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init?(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) {
            nil
        }
    }

    private struct Listing: Decodable {
        var tensors: [(String, Fields)] = []

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Name.self)
            for name in container.allKeys where name.stringValue != "__metadata__" {
                tensors.append((name.stringValue, try container.decode(Fields.self, forKey: name)))
            }
        }
    }
}
