public import Evidence
import Foundation
public import JSON

extension Fact: JSONWritable {
    /// Appends the fact as its `Encodable` form has it.
    public func write(to text: inout JSONText) throws {
        text.append(raw: "{")
        if let asOf {
            text.append(raw: text.style == .snakeCase ? #""as_of":"# : #""asOf":"#)
            text.append(asOf)
            text.append(raw: ",")
        }
        if let formula {
            text.append(raw: #""formula":"#)
            text.append(formula)
            text.append(raw: ",")
        }
        text.append(raw: #""freshness":"#)
        freshness.write(to: &text)
        text.append(raw: #","id":"#)
        text.append(id)
        text.append(raw: #","inputs":"#)
        text.append(inputs)
        text.append(raw: #","label":"#)
        text.append(label)
        if let record {
            text.append(raw: #","record":"#)
            text.append(record)
        }
        if let rows {
            text.append(raw: #","rows":"#)
            text.append(rows)
        }
        text.append(raw: #","source":"#)
        text.append(source)
        text.append(raw: #","subjects":"#)
        text.append(subjects)
        text.append(raw: #","unit":"#)
        text.append(unit.rawValue)
        text.append(raw: #","value":"#)
        try value.write(to: &text)
        text.append(raw: "}")
    }
}

extension Fact.Value {
    fileprivate func write(to text: inout JSONText) throws {
        switch self {
        case .decimal(let decimal):
            text.append(raw: #"{"decimal":"#)
            text.append(decimal.description)
        case .number(let number):
            text.append(raw: #"{"number":"#)
            try text.append(number)
        case .date(let date):
            text.append(raw: #"{"date":"#)
            text.append(date.description)
        case .text(let words):
            text.append(raw: #"{"text":"#)
            text.append(words)
        }
        text.append(raw: "}")
    }
}

extension Freshness {
    fileprivate func write(to text: inout JSONText) {
        switch self {
        case .live: text.append(raw: #"{"live":{}}"#)
        case .demo: text.append(raw: #"{"demo":{}}"#)
        case .fixed: text.append(raw: #"{"fixed":{}}"#)
        case .cached(let ageSeconds):
            text.append(raw: text.style == .snakeCase ? #"{"cached":{"age_seconds":"# : #"{"cached":{"ageSeconds":"#)
            text.append(ageSeconds)
            text.append(raw: "}}")
        case .stale(let reason):
            text.append(raw: #"{"stale":{"reason":"#)
            text.append(reason)
            text.append(raw: "}}")
        }
    }
}
