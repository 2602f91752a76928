import Foundation
import Storage

/// The chapters of an EPUB in their order.
struct EPUBOutline {
    private let converter: any DocumentConverter
    private let path: String
    /// Bytes that the chapters may have together.
    private var room: Int

    /// The outline of a book; lines are those of its text, for a book has none.
    /// - Throws: `ConversionError`.
    static func outline(of path: String, _ converter: any DocumentConverter, maximumBytes: Int) throws
        -> DocumentOutline
    {
        var reader = EPUBOutline(converter: converter, path: path, room: maximumBytes)
        return try reader.read()
    }

    private mutating func read() throws -> DocumentOutline {
        let container = Self.elements(of: try entry("META-INF/container.xml"))
        guard let package = container.first(where: { $0.name == "rootfile" })?.attributes["full-path"] else {
            throw ConversionError.damaged("it has no list of its parts")
        }
        let elements = Self.elements(of: try entry(package))
        var files: [String: String] = [:]
        for element in elements where element.name == "item" {
            if let id = element.attributes["id"], let file = element.attributes["href"] { files[id] = file }
        }
        let title = elements.first { $0.name == "dc:title" || $0.name == "title" }?.text ?? ""
        let folder =
            package.contains("/") ? String(package.prefix(upTo: package.lastIndex(of: "/") ?? package.startIndex)) : ""
        var builder = OutlineBuilder()
        for element in elements where element.name == "itemref" {
            guard let id = element.attributes["idref"], let file = files[id] else { continue }
            let name = StandardPath.resolved(
                String((file.removingPercentEncoding ?? file).prefix { $0 != "#" }),
                in: folder
            )
            let text = String(decoding: try entry(name), as: UTF8.self)
            HTMLOutline.add(HTMLOutline.blocks(ofChapter: text), to: &builder, below: 0)
        }
        var outline = builder.outline(title: title.isEmpty ? nil : OutlineBuilder.oneLine(title))
        outline.places = nil
        return outline
    }

    private mutating func entry(_ name: String) throws -> Data {
        let data = try converter.output(of: .archiveEntry(name), path: path)
        room -= data.count
        guard room >= 0 else { throw ConversionError.tooLarge(program: "unzip", bytes: room + data.count) }
        return data
    }

    private struct Element {
        var name: String
        var attributes: [String: String]
        var text = ""
    }

    /// The elements of an XML file in their order, each with the text that follows its tag.
    private static func elements(of data: Data) -> [Element] {
        var scanner = HTMLScanner(String(decoding: data, as: UTF8.self))
        var elements: [Element] = []
        while let token = scanner.next() {
            switch token {
            case .open(let name, let attributes, _):
                // Prefixes of name spaces are the writer's choice, but for that of the title.
                let local = name.hasPrefix("dc:") ? name : name.split(separator: ":").last.map(String.init) ?? name
                elements.append(Element(name: local, attributes: attributes))
            case .text(let text):
                if !elements.isEmpty, elements[elements.count - 1].text.isEmpty {
                    elements[elements.count - 1].text = text
                }
            case .close: continue
            }
        }
        return elements
    }
}
