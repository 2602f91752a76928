public import Foundation

/// Documents and questions as BEIR keeps them: one JSON object a line, `{"_id": …, "title": …, "text": …}`.
public enum BenchmarkLines {
    private struct Line: Decodable {
        var _id: String
        var title: String?
        var text: String
    }

    /// The documents in the lines of `data`.
    /// - Parameter name: How errors call the data.
    /// - Throws: `RetrievalError.unreadableLine`.
    public static func documents(in data: Data, named name: String) throws -> [TextDocument] {
        try lines(of: data, named: name).map { TextDocument(path: $0._id, title: $0.title ?? "", text: $0.text) }
    }

    /// The questions in the lines of `data`, in their order.
    /// - Parameter name: How errors call the data.
    /// - Throws: `RetrievalError.unreadableLine`.
    public static func questions(in data: Data, named name: String) throws -> [(id: String, text: String)] {
        try lines(of: data, named: name).map { ($0._id, $0.text) }
    }

    private static func lines(of data: Data, named name: String) throws -> [Line] {
        let decoder = JSONDecoder()
        return try data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
            .compactMap { index, line in
                guard line.contains(where: { $0 > 0x20 }) else { return nil }
                guard let line = try? decoder.decode(Line.self, from: Data(line)), isIdentifier(line._id) else {
                    throw RetrievalError.unreadableLine(
                        file: name,
                        line: index + 1,
                        wanted: "a JSON object with _id (without spaces) and text"
                    )
                }
                return line
            }
    }

    /// Whether an id can stand in a TREC run, whose columns are parted by spaces.
    private static func isIdentifier(_ text: String) -> Bool {
        !text.isEmpty && !text.contains(where: \.isWhitespace)
    }
}
