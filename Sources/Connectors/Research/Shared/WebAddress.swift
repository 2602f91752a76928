import Foundation

/// Addresses of pages that texts from services point to.
enum WebAddress {
    /// `link` as an `http` or `https` address, resolved against `bases`, the nearest first; nil where it is none, such as
    /// `javascript:`.
    static func resolved(_ link: String, against bases: [String] = []) -> String? {
        let text = DisplayText.trimmed(link)
        guard !text.isEmpty, text.utf8.count <= 2_000, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            return nil
        }
        var base: URL?
        for text in bases.reversed() where !text.isEmpty { base = URL(string: text, relativeTo: base) ?? base }
        guard let url = URL(string: text, relativeTo: base)?.absoluteURL, let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host, !host.isEmpty
        else { return nil }
        return url.absoluteString
    }
}
