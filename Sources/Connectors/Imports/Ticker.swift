/// Ticker symbols as different sources write them.
enum Ticker {
    /// The ticker in upper case, share classes behind a point (`BRK/B` and `BRK.B` are `BRK.B`); nil where the bytes
    /// are no ticker: 1 to 10 letters, digits, points or hyphens that begin with a letter.
    static func normalised(_ bytes: ArraySlice<UInt8>) -> String? {
        guard (1...10).contains(bytes.count) else { return nil }
        var isFirst = true
        var isSound = true
        let ticker = String(unsafeUninitializedCapacity: bytes.count) { buffer in
            for (index, byte) in bytes.enumerated() {
                let upper: UInt8
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"): upper = byte - 32
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): upper = byte
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    upper = byte
                    isSound = isSound && !isFirst
                case UInt8(ascii: "/"):
                    upper = UInt8(ascii: ".")
                    isSound = isSound && !isFirst
                default:
                    upper = UInt8(ascii: "?")
                    isSound = false
                }
                buffer[index] = upper
                isFirst = false
            }
            return bytes.count
        }
        return isSound ? ticker : nil
    }
}
