import Connectors
import Foundation
import JSON
import Testing

/// What can change in the JSON of an answer, done to every field of every kind of data of every connector.
@Suite("Every field of every service, every change")
struct DriftMatrixTests {
    private func body(_ subject: Subject) throws -> WireValue {
        try #require(WireValue(json: Data((subject.answers[subject.primary] ?? "").utf8)))
    }

    private func same(
        _ first: Result<Subject.Reading, ConnectorError>,
        _ second: Result<Subject.Reading, ConnectorError>
    ) -> Bool {
        switch (first, second) {
        case (.success(let one), .success(let other)): one == other
        case (.failure(let one), .failure(let other)): one.code == other.code && one.detail == other.detail
        default: false
        }
    }

    /// Whether the owner is told that `field` is not as it was. Of an object or a list without its name, what was in it
    /// may be named.
    private func names(
        _ field: String,
        of body: WireValue,
        _ subject: Subject,
        _ result: Result<Subject.Reading, ConnectorError>
    ) -> Bool {
        switch result {
        case .success(let reading):
            reading.notes.contains { $0.contains("'\(field)") }
                || (body.isContainer(field) && reading.notes.count > subject.notes.count)
        case .failure(let error):
            error.code == .unexpectedAnswer
                && error.detail.contains(body.isContainer(field) ? "'" : "'\(field)'")
        }
    }

    @Test("A field that is renamed is no matter, or is named", arguments: Subject.all)
    func renamed(_ subject: Subject) async throws {
        let body = try body(subject)
        let usual = try await subject.read()
        var untold: Set<String> = []
        for field in body.fieldNames.sorted() {
            let result = try await subject.read(body.renaming(field).json)
            if same(result, usual) || names(field, of: body, subject, result) { continue }
            untold.insert(field)
            #expect(subject.untold[field] != nil, "'\(field)' renamed: \(result)")
        }
        #expect(untold == Set(subject.untold.keys), "an exception that is none")
    }

    @Test("A field of another type is no matter, or is told", arguments: Subject.all)
    func mistyped(_ subject: Subject) async throws {
        let body = try body(subject)
        let usual = try await subject.read()
        for field in body.fieldNames.sorted() where subject.untold[field] == nil {
            for strange in [WireValue.object(["strange": .bool(true)]), .bool(true)] where !body.isTruth(field) {
                let result = try await subject.read(body.replacing(field, with: strange).json)
                if same(result, usual) { continue }
                switch result {
                case .success(let reading):
                    #expect(reading.notes.count > subject.notes.count, "'\(field)' as \(strange): \(reading)")
                case .failure(let error):
                    #expect([.unexpectedAnswer, .notFound].contains(error.code), "'\(field)' as \(strange)")
                }
            }
        }
    }

    @Test("A null is read as nothing, never as a fault of the program", arguments: Subject.all)
    func null(_ subject: Subject) async throws {
        let body = try body(subject)
        for field in body.fieldNames.sorted() {
            switch try await subject.read(body.replacing(field, with: .null).json) {
            case .success(let reading):
                let told = reading.notes.filter { $0.contains("no longer sends '\(field)'") }
                #expect(told.isEmpty, "null in '\(field)' is taken for a change of the service")
            case .failure(let error):
                #expect([.unexpectedAnswer, .notFound].contains(error.code), "\(field): \(error)")
            }
        }
    }

    @Test("Numbers may be written as texts, and texts that are numbers as numbers", arguments: Subject.all)
    func numbers(_ subject: Subject) async throws {
        let body = try body(subject)
        let usual = try await subject.read()
        let texts = try await subject.read(body.withTextsForNumbers.json)
        #expect(same(texts, usual), "\(texts)")
        let numbers = try await subject.read(body.withNumbersForTexts.json)
        #expect(same(numbers, usual), "\(numbers)")
    }

    @Test("One element without its list is that element, or something is said", arguments: Subject.all)
    func oneOrMany(_ subject: Subject) async throws {
        let body = try body(subject)
        for field in body.listNames.sorted() {
            let listed = try await subject.read(body.cutting(field, toBare: false).json)
            let bare = try await subject.read(body.cutting(field, toBare: true).json)
            if same(bare, listed) { continue }
            switch bare {
            case .success(let reading): #expect(!reading.notes.isEmpty, "\(field) is lost without a word")
            case .failure(let error): #expect(error.code == .unexpectedAnswer)
            }
            #expect(subject.connector != "tradier", "Tradier sends one element without a list: \(field)")
        }
    }
}
