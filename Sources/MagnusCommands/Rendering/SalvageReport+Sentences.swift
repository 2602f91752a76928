import Storage

extension SalvageReport {
    /// What is lost, what is made again and what to do, a line each.
    /// - Parameter limit: The most rows of a table that are named.
    func sentences(naming limit: Int) -> [String] {
        let files = filesToImport.map { "magnus import \($0) brings transactions of it back that were lost" }
        let whole =
            losses.isEmpty
            ? ["every row of the portfolio, the history and the settings that the file tells of was read"] : []
        let parts = renewable.map { loss in loss.count.map { "\(loss.table) (\($0))" } ?? loss.table }
        let again = parts.isEmpty ? [] : ["lost, and made or asked for again: " + parts.joined(separator: ", ")]
        return whole + losses.map { $0.description(naming: limit) } + files + notes + again
    }
}
