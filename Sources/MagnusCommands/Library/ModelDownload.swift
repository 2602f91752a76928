import Foundation
import Storage
import Transport

/// Fetches the files of a model from a folder of a server, and goes on where an earlier attempt ended.
struct ModelDownload {
    /// Where requests go.
    let transport: any HTTPTransport
    /// The address of the folder, without a slash at its end.
    let address: String
    /// Where the files go.
    let folder: String
    /// Told how many bytes of a file there are, and how many it has, where that is known.
    let progress: (_ file: String, _ done: Int, _ total: Int?) -> Void

    /// How often in a row an answer may break off without a byte more than before.
    private static let fruitlessAttempts = 3

    /// Where a file is while it is not complete.
    static func unfinishedPath(_ path: String) -> String { path + ".part" }

    /// Fetches a file whole.
    ///
    /// What arrives stays when the connection breaks, the program is killed or the disk is full. The next attempt asks for the
    /// rest of it, if the server says by which mark to know that its file is the same still.
    /// - Parameters:
    ///   - maximumBytes: A longer file is refused.
    ///   - isOptional: Whether the server may have none.
    /// - Returns: The file's path, under the name of what is not complete; nil where the server has none.
    /// - Throws: `CommandError`, `StorageError`, `CancellationError`.
    func fetch(_ file: String, maximumBytes: Int, isOptional: Bool = false) async throws -> UnfinishedFile? {
        let part = try UnfinishedFile(path: ModelDownload.unfinishedPath(folder + "/" + file))
        var fruitless = 0
        while true {
            try Task.checkCancellation()
            let before = part.size
            do {
                if try await advance(part, file: file, maximumBytes: maximumBytes) { return part }
                if isOptional {
                    try PrivateFile.remove(part.path)
                    return nil
                }
                throw CommandError(
                    .inputRefused,
                    type: "not_found",
                    "\(address) has no \(file)",
                    hint: "give the address of the folder that holds it, as https://HOST/OWNER/MODEL/resolve/main"
                )
            } catch let error as TransportError where ModelDownload.isPassing(error) {
                fruitless = part.size > before ? 0 : fruitless + 1
                guard fruitless < ModelDownload.fruitlessAttempts else {
                    throw ModelDownload.failure(error, kept: part.size)
                }
            } catch let error as TransportError {
                throw ModelDownload.failure(error, kept: part.size)
            }
        }
    }

    /// Asks for what is missing of a file, once.
    ///
    /// - Returns: Whether the server has such a file, which is then complete.
    private func advance(_ part: UnfinishedFile, file: String, maximumBytes: Int) async throws -> Bool {
        let mark = try knownMark(of: part)
        if mark == nil { try part.removeAll() }
        // What is compressed on the way cannot be gone on with.
        var request = HTTPRequest(.get, address + "/" + file, headers: ["Accept-Encoding": "identity"])
        request.maximumResponseBytes = max(1, maximumBytes - part.size)
        // Hubs of models keep the large files at another host; nothing secret goes with the request.
        request.redirects = .anyHostWithoutCredentials
        if part.size > 0, let mark {
            request.headers["Range"] = "bytes=\(part.size)-"
            request.headers["If-Range"] = mark
        }
        let stream = try await transport.stream(request)
        let total: Int?
        switch stream.status {
        case 200:
            try part.removeAll()
            try keepMark(stream.headers, of: part)
            total = stream.headers["Content-Length"].flatMap { Int($0) }
        case 206:
            let range = ContentRange(stream.headers["Content-Range"] ?? "")
            guard let range, range.first == part.size else {
                try part.removeAll()
                throw TransportError(.connectionLost, host: host, detail: "it sent another part than it was asked for")
            }
            total = range.total
        case 416:
            // The file is shorter than what there is: another one.
            try part.removeAll()
            throw TransportError(.connectionLost, host: host, detail: "it has another file than before")
        case 404, 410:
            return false
        default:
            throw CommandError(
                .providerFailed,
                type: "download",
                "\(host) answered \(stream.status) to the request for \(file)",
                hint: stream.status == 401 || stream.status == 403
                    ? "it lets nobody in without an account; fetch the files by hand and use `magnus encoder add`"
                    : "try again later; what was fetched is kept"
            )
        }
        if let total, total > maximumBytes { throw ModelDownload.tooLarge(file, total, maximumBytes) }
        progress(file, part.size, total)
        do {
            for try await piece in stream.body {
                try part.append(piece)
                progress(file, part.size, total)
            }
        } catch let error as TransportError where error.code == .responseTooLarge {
            throw ModelDownload.tooLarge(file, nil, maximumBytes)
        }
        try Task.checkCancellation()
        guard total.map({ $0 == part.size }) ?? true else {
            throw TransportError(.connectionLost, host: host, detail: "the answer ended early")
        }
        return true
    }

    /// By what the server's file is known to be the one that was begun; nil where nothing was begun or it has no mark.
    private func knownMark(of part: UnfinishedFile) throws -> String? {
        guard part.size > 0, let known = try ModelDownload.mark(ofUnfinished: part.path) else { return nil }
        return known.address == address ? known.mark : nil
    }

    /// From where a file was begun, and by what it is known to be the same still; nil where that is not known.
    ///
    /// - Throws: `StorageError`.
    static func mark(ofUnfinished path: String) throws -> (address: String, mark: String)? {
        guard let data = try PrivateFile.read(markPath(path)) else { return nil }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", maxSplits: 1).map(String.init)
        return lines.count == 2 ? (lines[0], lines[1]) : nil
    }

    private func keepMark(_ headers: HTTPHeaders, of part: UnfinishedFile) throws {
        // A weak tag may stand for other bytes.
        let tag = headers["ETag"].flatMap { $0.hasPrefix("W/") ? nil : $0 }
        guard let mark = tag ?? headers["Last-Modified"], !mark.contains("\n") else {
            try PrivateFile.remove(Self.markPath(part.path))
            return
        }
        try PrivateFile.write(Data("\(address)\n\(mark)".utf8), to: Self.markPath(part.path))
    }

    private static func markPath(_ path: String) -> String { path + ".mark" }

    /// Gives a file that is complete its name.
    ///
    /// - Throws: `StorageError`.
    func commit(_ part: UnfinishedFile, as file: String) throws {
        try PrivateFile.remove(Self.markPath(part.path))
        try part.commit(to: folder + "/" + file)
    }

    /// Forgets a file that turned out to be another one.
    ///
    /// - Throws: `StorageError`.
    func discard(_ part: UnfinishedFile) throws {
        try PrivateFile.remove(Self.markPath(part.path))
        try PrivateFile.remove(part.path)
    }

    private var host: String { URL(string: address)?.host ?? address }

    /// Whether asking again may help.
    private static func isPassing(_ error: TransportError) -> Bool {
        [.connectionLost, .idleTimeout, .firstByteTimeout, .connectTimeout].contains(error.code)
    }

    private static func tooLarge(_ file: String, _ bytes: Int?, _ limit: Int) -> CommandError {
        let size = bytes.map { "has \($0) bytes" } ?? "is larger"
        return CommandError(
            .inputRefused,
            type: "too_large",
            "\(file) \(size), and \(limit) are the limit",
            hint: "choose a smaller model"
        )
    }

    private static func failure(_ error: TransportError, kept bytes: Int) -> CommandError {
        CommandError(
            error.code == .hostForbidden || error.code == .badAddress ? .configuration : .providerFailed,
            type: "download_" + error.code.rawValue,
            error.description,
            hint: bytes > 0 ? "\(bytes) bytes are kept, and the same command goes on with them" : ""
        )
    }
}

/// `bytes 100-199/1000`: which part of a file an answer holds.
private struct ContentRange {
    let first: Int
    let total: Int?

    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2, words[0] == "bytes" else { return nil }
        let halves = words[1].split(separator: "/")
        guard halves.count == 2, let start = halves[0].split(separator: "-").first, let first = Int(start) else {
            return nil
        }
        self.first = first
        total = Int(halves[1])
    }
}
