@testable import MagnusCommands

/// A terminal's screen, as far as the program uses it: an independent reading of the bytes, down to the cursor that
/// waits on the last column of a full row.
struct ScreenModel {
    private(set) var rows: [[String]]
    private(set) var row = 0
    private(set) var column = 0
    let width: Int
    let height: Int
    /// Whether the last column has just been filled, so that the next character starts a row.
    private var isFull = false

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        rows = Array(repeating: Array(repeating: " ", count: width), count: height)
    }

    /// The rows down to the last one that is not empty, without spaces at their ends.
    var text: [String] {
        var lines = rows.map { cells -> String in
            var line = cells.joined()
            while line.last == " " { line.removeLast() }
            return line
        }
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    mutating func feed(_ bytes: String) {
        var rest = bytes.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r":
                column = 0
                isFull = false
            case "\n": lineFeed()
            case "\u{7}": break
            case "\u{1B}":
                precondition(rest.popFirst() == "[")
                var parameters = ""
                while let next = rest.popFirst() {
                    if ("@"..."~").contains(next) {
                        control(parameters, next)
                        break
                    }
                    parameters.unicodeScalars.append(next)
                }
            default:
                // Up to the next control character: text, put down by grapheme cluster.
                var text = String(scalar)
                while let next = rest.first, next.value >= 0x20 {
                    text.unicodeScalars.append(next)
                    rest.removeFirst()
                }
                for character in text { put(character) }
            }
        }
    }

    private mutating func lineFeed() {
        isFull = false
        if row < height - 1 {
            row += 1
        } else {
            rows.removeFirst()
            rows.append(Array(repeating: " ", count: width))
        }
    }

    private mutating func put(_ character: Character) {
        let size = character.displayWidth
        guard size > 0 else { return }
        if isFull || column + size > width {
            column = 0
            lineFeed()
        }
        rows[row][column] = String(character)
        if size == 2 { rows[row][column + 1] = "" }
        column += size
        if column >= width {
            column = width - 1
            isFull = true
        }
    }

    private mutating func control(_ parameters: String, _ final: Unicode.Scalar) {
        let count = max(1, Int(parameters) ?? 1)
        switch final {
        case "A": row = max(0, row - count)
        case "C": column = min(width - 1, column + count)
        case "H": (row, column) = (0, 0)
        case "K": clear(row, from: column)
        case "J" where parameters == "2": for row in 0..<height { clear(row, from: 0) }
        case "J":
            clear(row, from: column)
            for below in row + 1..<max(height, row + 1) { clear(below, from: 0) }
        case "m", "h", "l": return
        default: preconditionFailure("unexpected control \(parameters)\(final)")
        }
        isFull = false
    }

    private mutating func clear(_ row: Int, from column: Int) {
        for index in column..<width { rows[row][index] = " " }
    }
}
