import Foundation
import JSON
import Storage

extension TradingView: WatchlistSource {
    /// The lists in the files, named after them and as old as them, then those of the server.
    public func watchlists() async throws -> Sourced<[Watchlist]> {
        var notes: [String] = []
        var lists = readFiles(&notes)
        if isSignedIn {
            do {
                lists += try await served(&notes)
            } catch let error as ConnectorError where !lists.isEmpty {
                notes.append("the lists at TradingView itself are missing: \(error.detail)")
            }
        }
        guard !lists.isEmpty || notes.isEmpty else {
            throw ConnectorError(
                name,
                .unreadable,
                notes.joined(separator: "; "),
                nextStep: "check `files` in config.yaml"
            )
        }
        return Sourced(lists, source: title, notes: notes)
    }

    // MARK: Files

    private func readFiles(_ notes: inout [String]) -> [Watchlist] {
        let found = DocumentWalker(maximumBytes: 1_000_000).walk(files)
        notes += found.skipped.map(\.description)
        var lists: [Watchlist] = []
        for file in found.files where file.path.hasSuffix(".txt") {
            let shown = (file.path as NSString).lastPathComponent
            do {
                let data = try FileReader(maximumBytes: 1_000_000).read(file.path)
                guard let text = String(data: data, encoding: .utf8) else {
                    notes.append("\(shown) is no text in UTF-8")
                    continue
                }
                var passedOver = 0
                let sections = TradingViewList.sections(text, passedOver: &passedOver)
                if passedOver > 0 { notes.append("\(passedOver) entries of \(shown) are no symbols and are left out") }
                let name = ((shown as NSString).deletingPathExtension)
                let synced = Date(timeIntervalSince1970: Double(file.modifiedAt) / 1e9)
                lists.append(Watchlist(name: DisplayText.line(name, limit: 60), sections: sections, synced: synced))
            } catch {
                notes.append("\(error)")
            }
        }
        return lists
    }

    // MARK: The server

    private func served(_ notes: inout [String]) async throws -> [Watchlist] {
        var records = RecordReader(name, service: title)
        let found = try await reader.records("watchlists", of: "mcp-watchlist-list-watchlists")
        var passedOver = 0
        var lists: [Watchlist] = []
        for record in found {
            let whole = try await complete(record)
            lists += try records.records([whole], "watchlists") { list, drift -> Watchlist? in
                guard let symbols = list.required("symbols", \.texts, &drift) else { return nil }
                // A list that the owner did not name has a color.
                let name = list.optional("name", \.string, &drift) ?? list["color"]?.string ?? "unnamed"
                return Watchlist(
                    name: DisplayText.line(name, limit: 60),
                    sections: TradingViewList.sections(symbols, passedOver: &passedOver),
                    synced: environment.clock()
                )
            }
        }
        if passedOver > 0 { notes.append("\(passedOver) entries at TradingView are no symbols and are left out") }
        notes += try await reader.notes() + records.notes
        return lists
    }

    /// A list with its symbols, which the list of lists may leave out.
    private func complete(_ record: WireValue) async throws -> WireValue {
        let tool = "mcp-watchlist-get-watchlist"
        guard record["symbols"] == nil, let id = record["id"],
            let parameter = try await reader.parameter(of: tool, among: ["watchlist_id", "id"])
        else { return record }
        let isText = try await reader.takesText(parameter, tool)
        let answer = try await reader.value(tool, [parameter: isText ? .text(id.string ?? "") : id])
        return answer["watchlist"] ?? answer
    }
}

extension WireValue {
    /// A list of texts; nil for anything else.
    fileprivate var texts: [String]? {
        guard case .list(let elements) = self else { return nil }
        return elements.compactMap(\.string)
    }
}
