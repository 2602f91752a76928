import Foundation

/// Text in one of the encodings that messages name (RFC 2046, section 4.1.2; the names are IANA's).
enum NamedCharset {
    /// `bytes` as text of `name`; what is in no encoding that is known is taken for UTF-8, and what in it is none for Windows-1252.
    static func text(_ bytes: [UInt8], _ name: String) -> String {
        let name = name.lowercased()
        guard !["", "utf-8", "utf8", "us-ascii", "ascii"].contains(name) else { return TextDecoding.guessed(bytes) }
        let known = aliases[name] ?? name
        // A name may come from anywhere: what follows two slashes in it would be an instruction to the converter.
        guard known.count <= 40, known.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.:".contains($0)) })
        else { return TextDecoding.guessed(bytes) }
        return converted(bytes, known) ?? TextDecoding.guessed(bytes)
    }

    /// What programs write in the place of larger encodings of the same characters (WHATWG Encoding Standard, section 4.2).
    private static let aliases = [
        "iso-8859-1": "windows-1252", "iso8859-1": "windows-1252", "latin1": "windows-1252",
        "iso-8859-9": "windows-1254", "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8",
        "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030",
        "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "windows-31j": "cp932",
        "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ksc5601": "cp949", "windows-949": "cp949",
        "big5": "big5-hkscs", "x-mac-roman": "macintosh", "x-macroman": "macintosh",
    ]

    /// By the system's converter; nil where it does not know `name`. Bytes that are none of the encoding become U+FFFD.
    private static func converted(_ bytes: [UInt8], _ name: String) -> String? {
        guard let converter = iconv_open("UTF-8", name), Int(bitPattern: converter) != -1 else { return nil }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: 4_096)
        var text: [UInt8] = []
        input.withUnsafeMutableBufferPointer { buffer in
            var place = buffer.baseAddress
            var left = buffer.count
            while left > 0 {
                let fault = output.withUnsafeMutableBufferPointer { room -> CInt in
                    var target = room.baseAddress
                    var free = room.count
                    let fault = iconv(converter, &place, &left, &target, &free) == -1 ? errno : 0
                    text += room.prefix(room.count - free).map { UInt8(bitPattern: $0) }
                    return fault
                }
                guard fault != 0, fault != E2BIG, left > 0 else { continue }
                text += Array("\u{FFFD}".utf8)
                place = place?.advanced(by: 1)
                left -= 1
            }
        }
        // Of some alphabets the last letter is kept back, for a mark might follow.
        output.withUnsafeMutableBufferPointer { room in
            var target = room.baseAddress
            var free = room.count
            _ = iconv(converter, nil, nil, &target, &free)
            text += room.prefix(room.count - free).map { UInt8(bitPattern: $0) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
