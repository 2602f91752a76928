/// Where each named column of a header stands.
struct ColumnMap {
    /// A column by the name messages use, and its place; nil where the file does not have it.
    struct Column {
        var name: String
        var index: Int?
    }

    private let file: String
    private let format: ImportFormat
    private let places: [String: Int]
    /// How many columns the header has.
    let count: Int

    /// The columns of `header`.
    ///
    /// - Throws: `ImportError` where two columns share a name or a required one is missing.
    init(header: [String], line: Int, format: ImportFormat, file: String) throws {
        var places: [String: Int] = [:]
        for (index, name) in header.enumerated() where !ColumnMap.normalised(name).isEmpty {
            guard places.updateValue(index, forKey: ColumnMap.normalised(name)) == nil else {
                throw ImportError(
                    file: file,
                    code: .malformed(line: line, reason: "two columns are called \"\(DisplayText.line(name))\"")
                )
            }
        }
        self.file = file
        self.format = format
        self.places = places
        self.count = header.count
        for name in format.requiredColumns where places[ColumnMap.normalised(name)] == nil {
            throw ImportError(file: file, code: .missingColumn(name, format: format))
        }
    }

    /// The column called `name`.
    func column(_ name: String) -> Column {
        Column(name: name, index: places[ColumnMap.normalised(name)])
    }

    /// The first of these columns that the file has; generations of an export name the same thing differently.
    func column(anyOf names: [String]) -> Column {
        names.map(column).first { $0.index != nil } ?? column(names[0])
    }

    /// Column names are compared without case and surrounding space.
    static func normalised(_ name: String) -> String {
        DisplayText.trimmed(name).lowercased()
    }
}
