/// Finds what keeps bytes from being text.
enum UTF8Check {
    /// The first byte that is wrong, where it stands, and why.
    struct Fault {
        var line: Int
        var offset: Int
        var reason: String
    }

    /// The first NUL or byte that is not UTF-8; nil for sound text. One pass.
    static func firstFault(in bytes: [UInt8]) -> Fault? {
        let offset = bytes.withUnsafeBufferPointer(firstFaultOffset)
        guard let offset else { return nil }
        let reason: String
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            reason = "the file is UTF-16, not UTF-8,"
        } else if bytes[offset] == 0 {
            reason = "a NUL, which no text has,"
        } else {
            reason = "a byte that is not UTF-8"
        }
        return Fault(line: line(of: offset, in: bytes), offset: offset, reason: reason)
    }

    private static func firstFaultOffset(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x80 {
                if byte == 0 { return index }
                index += 1
                continue
            }
            // The length by the first byte, and the range of the second (RFC 3629).
            let length: Int
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch byte {
            case 0xC2...0xDF: length = 2
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: length = 3
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF1...0xF3: length = 4
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            default: return index
            }
            guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return index }
            for next in 2..<max(length, 2) where bytes[index + next] & 0xC0 != 0x80 { return index }
            index += length
        }
        return nil
    }

    /// Lines end in LF, CRLF or CR.
    private static func line(of offset: Int, in bytes: [UInt8]) -> Int {
        var line = 1
        for index in 0..<offset {
            let byte = bytes[index]
            let endsPair = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")
            if byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: "\r") && !endsPair) { line += 1 }
        }
        return line
    }
}
